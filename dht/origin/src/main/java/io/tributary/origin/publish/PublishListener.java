package io.tributary.origin.publish;

import io.tributary.content.Fid;
import io.tributary.content.Manifest;
import io.tributary.origin.chain.Miner;

/**
 * Told how a publication goes, for progress bars and logs.
 *
 * <p>Methods must not block. {@link #stored} may be called by several threads, never two at once.
 */
public interface PublishListener {
  /** A listener that does nothing. */
  PublishListener NONE = new PublishListener() {};

  /** One more segment has been read and hashed. */
  default void hashed(int segment, int contentBytes) {}

  /** The file's name and hashes are known. */
  default void named(Manifest manifest) {}

  /** The file is declared; so many fragments were stored by an earlier attempt. */
  default void declared(Fid fid, int alreadyStored, int total) {}

  /** A miner has confirmed a fragment. */
  default void stored(int segment, int column, Miner miner) {}

  /** A miner was given up and another takes its column. */
  default void replaced(int column, Miner failed, Miner replacement, RuntimeException why) {}

  /** So many of the twelve columns are reported to the chain. */
  default void reported(int columns) {}
}
