package io.tributary.exchange.server;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.buffer.UnpooledDirectByteBuf;
import io.netty.buffer.UnpooledUnsafeDirectByteBuf;
import io.netty.util.internal.PlatformDependent;
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
   * @param bytes all of them, in a direct buffer
   * @param unpin run once when the body is closed and all its buffers are released, on the thread
   *     that does so
   */
  public static HeldFragment of(ByteBuffer bytes, Runnable unpin) {
    return new HeldFragment(pinned(bytes, unpin));
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
    return whole.capacity() - offset;
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

  /**
   * Wraps bytes so that native code, such as TLS, reads them where they are, if that is allowed.
   */
  private static ByteBuf pinned(ByteBuffer bytes, Runnable unpin) {
    return PlatformDependent.hasUnsafe()
        ? new AddressedBuf(bytes, unpin)
        : new PinnedBuf(bytes, unpin);
  }

  /** Bytes that are not Netty's to free. */
  private static final class PinnedBuf extends UnpooledDirectByteBuf {
    private final Runnable unpin;

    PinnedBuf(ByteBuffer bytes, Runnable unpin) {
      super(UnpooledByteBufAllocator.DEFAULT, bytes, bytes.remaining());
      this.unpin = unpin;
    }

    @Override
    protected void deallocate() {
      super.deallocate();
      unpin.run();
    }
  }

  /** The same with a memory address: without one, each record would be copied before encryption. */
  private static final class AddressedBuf extends UnpooledUnsafeDirectByteBuf {
    private final Runnable unpin;

    AddressedBuf(ByteBuffer bytes, Runnable unpin) {
      super(UnpooledByteBufAllocator.DEFAULT, bytes, bytes.remaining());
      this.unpin = unpin;
    }

    @Override
    protected void deallocate() {
      super.deallocate();
      unpin.run();
    }
  }
}
