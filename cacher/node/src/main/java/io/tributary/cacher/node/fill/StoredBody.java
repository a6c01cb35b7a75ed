package io.tributary.cacher.node.fill;

import io.netty.buffer.ByteBuf;
import io.tributary.cacher.store.Pin;
import io.tributary.exchange.CacheOutcome;
import io.tributary.exchange.server.FragmentBody;

/** A fragment of the store, read in place. */
public final class StoredBody implements FragmentBody {
  private final PinnedBytes bytes;

  /**
   * Reads under a pin, which is closed when the body is and all its buffers are released.
   *
   * @param onClosed run when the pin has been closed
   */
  public StoredBody(Pin pin, Runnable onClosed) {
    this.bytes = new PinnedBytes(pin, onClosed);
  }

  @Override
  public CacheOutcome outcome() {
    return CacheOutcome.HIT;
  }

  @Override
  public int fragmentBytes() {
    return bytes.capacity();
  }

  @Override
  public int readable(int offset) {
    return Math.max(0, bytes.capacity() - offset);
  }

  @Override
  public ByteBuf read(int offset, int count) {
    return bytes.retainedSlice(offset, count);
  }

  @Override
  public Progress progress() {
    return new Progress.Verified();
  }

  @Override
  public void onProgress(Runnable task) {
    task.run();
  }

  @Override
  public void close() {
    bytes.release();
  }
}
