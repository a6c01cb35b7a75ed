package io.tributary.exchange.server;

import io.netty.buffer.ByteBuf;
import io.tributary.exchange.CacheOutcome;
import io.tributary.exchange.FillSource;

/**
 * The bytes of one fragment, under a pin: they stay where they are until the body is closed and
 * each buffer read from it is released.
 *
 * <p>A body may be read while it is still being filled. Reads come from one event loop; progress
 * may be made on another thread.
 */
public interface FragmentBody extends AutoCloseable {

  /** How far a body has come. */
  sealed interface Progress {
    /** Bytes are still coming, or are still to be checked. */
    record Filling() implements Progress {}

    /** All bytes are here and have the fragment's hash. */
    record Verified() implements Progress {}

    /** The bytes turned out wrong, or ended too early; those read already are worth nothing. */
    record Aborted(FillSource source) implements Progress {}
  }

  /** Where the bytes are taken from; not {@code NONE}. */
  CacheOutcome outcome();

  /** The size of the whole fragment. */
  int fragmentBytes();

  /** How many bytes from a position on can be read now; 0 if they have not come yet. */
  int readable(int offset);

  /**
   * Reads bytes that are {@link #readable}.
   *
   * @return a buffer of just so many bytes, which the caller releases
   */
  ByteBuf read(int offset, int bytes);

  /** How far it has come. */
  Progress progress();

  /**
   * Has a task run once, from any thread, when more can be read or the progress has changed; at
   * once if nothing will change any more. Replaces the task before.
   */
  void onProgress(Runnable task);

  /** Reads no more. To be called once. */
  @Override
  void close();
}
