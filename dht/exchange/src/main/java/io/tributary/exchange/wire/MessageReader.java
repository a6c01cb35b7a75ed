package io.tributary.exchange.wire;

import io.netty.buffer.ByteBuf;
import io.tributary.exchange.MalformedExchangeException;
import java.util.Arrays;

/**
 * Cuts the bytes of a stream into messages whose length follows from their first bytes. Keeps at
 * most one incomplete message. Not thread-safe.
 */
public final class MessageReader {

  /** How long a message is. */
  @FunctionalInterface
  public interface Length {
    /**
     * Tells the length of a whole message.
     *
     * @param head its first bytes
     * @throws MalformedExchangeException if no message begins so
     */
    int of(byte[] head);
  }

  /** Takes messages. */
  @FunctionalInterface
  public interface Sink {
    /**
     * Takes a whole message.
     *
     * @return whether to go on reading; what follows stays in the buffer if not
     */
    boolean accept(byte[] message);
  }

  private final int headBytes;
  private final Length length;
  private final Sink sink;
  private byte[] message;
  private int filled;
  private boolean hasLength;

  /**
   * A reader.
   *
   * @param headBytes how many bytes tell a message's length; at least 1
   */
  public MessageReader(int headBytes, Length length, Sink sink) {
    this.headBytes = headBytes;
    this.length = length;
    this.sink = sink;
    this.message = new byte[headBytes];
  }

  /** A reader of messages of one length. */
  public static MessageReader ofLength(int bytes, Sink sink) {
    return new MessageReader(bytes, head -> bytes, sink);
  }

  /**
   * Reads from a buffer until it is empty or the sink wants no more; does not release it.
   *
   * @throws MalformedExchangeException if no message begins so; the reader is of no use then
   */
  public void read(ByteBuf in) {
    boolean goesOn = true;
    while (goesOn && in.isReadable()) {
      int taken = Math.min(in.readableBytes(), message.length - filled);
      in.readBytes(message, filled, taken);
      filled += taken;
      if (filled == headBytes && !hasLength) {
        hasLength = true;
        message = Arrays.copyOf(message, length.of(message));
      }
      if (hasLength && filled == message.length) {
        byte[] whole = message;
        message = new byte[headBytes];
        filled = 0;
        hasLength = false;
        goesOn = sink.accept(whole);
      }
    }
  }

  /** Whether no message has begun. */
  public boolean isBetweenMessages() {
    return filled == 0;
  }
}
