package io.tributary.cacher.node.catalog;

import io.tributary.content.FileRecord;
import io.tributary.origin.chain.ChainException;

/** What is known of a fid. */
public sealed interface Listing {
  /**
   * The chain has the file.
   *
   * @param file its record; the manifest is for ever, all else as of some minutes ago
   */
  record Listed(FileRecord file) implements Listing {}

  /** The chain does not know the file, or it is still on order. */
  record Unlisted() implements Listing {}

  /**
   * The chain could not be asked.
   *
   * @param reason why
   */
  record Unanswered(ChainException.Reason reason) implements Listing {}
}
