package io.tributary.exchange.server;

import io.netty.buffer.CompositeByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.nio.ByteBuffer;

/**
 * Memory of somebody else, such as a mapped file under a pin, as a buffer: the pin is lifted when
 * the last reference is released, so what was handed to a socket stays where it is until the socket
 * has let go of it.
 *
 * <p>Native code reads the bytes where they are, read-only or not: the buffer has a memory address
 * wherever Netty's own direct buffers of such memory have one. It is one component in a composite,
 * since Netty lets nobody extend its read-only buffers.
 */
public final class PinnedBuf extends CompositeByteBuf {
  private final Runnable unpin;

  /**
   * Wraps memory.
   *
   * @param bytes from its position to its limit; a direct buffer
   * @param unpin run once, by whoever releases last
   */
  public PinnedBuf(ByteBuffer bytes, Runnable unpin) {
    super(UnpooledByteBufAllocator.DEFAULT, true, 1);
    this.unpin = unpin;
    addComponent(true, Unpooled.wrappedBuffer(bytes));
  }

  @Override
  protected void deallocate() {
    super.deallocate();
    unpin.run();
  }
}
