package io.tributary.cacher.node.fill;

import io.netty.buffer.CompositeByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.tributary.cacher.store.Pin;

/**
 * The bytes of a pin as a buffer: the pin is closed when the last reference to it is released, so
 * what was handed to a socket stays where it is until the socket has let go of it.
 */
public final class PinnedBytes extends CompositeByteBuf {
  private final Pin pin;
  private final Runnable onGone;

  /**
   * Wraps a pin. Reads beyond what has been filled see bytes that mean nothing.
   *
   * @param onGone run when the pin has been closed, by whoever released last
   */
  public PinnedBytes(Pin pin, Runnable onGone) {
    super(UnpooledByteBufAllocator.DEFAULT, true, 1);
    this.pin = pin;
    this.onGone = onGone;
    addComponent(true, Unpooled.wrappedBuffer(pin.bytes()));
  }

  /** The pin. */
  public Pin pin() {
    return pin;
  }

  @Override
  protected void deallocate() {
    super.deallocate();
    pin.close();
    onGone.run();
  }
}
