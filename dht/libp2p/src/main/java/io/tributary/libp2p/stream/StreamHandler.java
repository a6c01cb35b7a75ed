package io.tributary.libp2p.stream;

import io.netty.buffer.ByteBuf;

/**
 * The receiving end of a stream: what happens when bytes, the end of input, room to write or the
 * end of the stream arrive.
 *
 * <p>All methods run on the stream's event loop, one at a time, and must not block. Exactly one of
 * {@link #onReset} and {@link #onClosed} is called, once, and nothing after it. A method that
 * throws resets the stream with {@link ResetReason#HANDLER_FAILED}.
 */
public interface StreamHandler {

  /**
   * Takes the next bytes of the stream.
   *
   * @param data the bytes, never empty; the handler owns the buffer and must release it. It is
   *     often a slice of a larger buffer, so keeping few bytes for long is best done by copying
   *     them
   */
  void onData(ByteBuf data);

  /** The peer has closed its side: no more data follows. This side can still write. */
  default void onEndOfInput() {}

  /** {@link ByteStream#isWritable()} has become true again. */
  default void onWritable() {}

  /** The stream has ended abruptly; whatever was not delivered is lost. */
  default void onReset(StreamReset reset) {}

  /** Both sides have closed and everything written has left this host's queues. */
  default void onClosed() {}
}
