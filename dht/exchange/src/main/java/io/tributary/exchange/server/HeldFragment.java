package io.tributary.exchange.server;

import io.netty.buffer.ByteBuf;
import io.tributary.exchange.CacheOutcome;
import java.nio.ByteBuffer;

/** A verified fragment in memory outside the heap, such as a mapped file. Nothing is copied. */
public final class HeldFragment implements FragmentBody {
  private final ByteBuf whole;

  private HeldFragment(ByteBuf whole) {
    this.whole = whole;
  }

  /**
   * Wraps a fragment.
   *
   * @param whole all its bytes, from the first index on; released when the body is closed and all
   *     buffers read from it are
   */
  public static HeldFragment of(ByteBuf whole) {
    return new HeldFragment(whole);
  }

  /**
   * Wraps a fragment.
   *
   * @param bytes all of them, in a direct buffer that may be read-only
   * @param unpin run once when the body is closed and all its buffers are released, on the thread
   *     that does so
   */
  public static HeldFragment of(ByteBuffer bytes, Runnable unpin) {
    return of(new PinnedBuf(bytes, unpin));
  }

  @Override
  public CacheOutcome outcome() {
    return CacheOutcome.HIT;
  }

  @Override
  public int fragmentBytes() {
    return whole.capacity();
  }

  @Override
  public int readable(int offset) {
    return Math.max(0, whole.capacity() - offset);
  }

  @Override
  public ByteBuf read(int offset, int bytes) {
    return whole.retainedSlice(offset, bytes);
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
    whole.release();
  }
}
