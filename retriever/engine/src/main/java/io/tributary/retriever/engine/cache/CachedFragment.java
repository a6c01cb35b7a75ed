package io.tributary.retriever.engine.cache;

import io.netty.buffer.ByteBuf;

/**
 * A whole, verified fragment in a cache, under a pin: its bytes stay where they are until it is
 * closed and all that was sliced from it is released. Thread-safe.
 */
public interface CachedFragment extends AutoCloseable {

  /**
   * Views some of its bytes.
   *
   * @param offset of the first byte in the fragment
   * @param length how many
   * @return a read-only buffer, released by the caller, even after this is closed
   */
  ByteBuf slice(int offset, int length);

  /** Lets go of it. Does nothing the second time. */
  @Override
  void close();
}
