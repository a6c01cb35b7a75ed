package io.tributary.libp2p.wire;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.tributary.libp2p.multiformats.MalformedFormatException;
import io.tributary.libp2p.multiformats.Varint;
import java.util.function.Consumer;

/**
 * Cuts a stream of bytes into messages that have their length in front, as most protocols do.
 *
 * <pre>
 *  +---------+-----------+---------+-----------+
 *  | uvarint | message   | uvarint | message   | ...
 *  +---------+-----------+---------+-----------+
 * </pre>
 *
 * Keeps at most one incomplete message. Not thread-safe.
 */
public final class DelimitedReader {

  private final int maxBytes;
  private final Consumer<ByteBuf> onMessage;
  private ByteBuf partial = Unpooled.EMPTY_BUFFER;
  private boolean reading;
  private boolean closed;

  /**
   * A reader.
   *
   * @param maxBytes the longest message taken
   * @param onMessage takes each message, which is valid only until it returns
   */
  public DelimitedReader(int maxBytes, Consumer<ByteBuf> onMessage) {
    this.maxBytes = maxBytes;
    this.onMessage = onMessage;
  }

  /**
   * Takes the next bytes of the stream, which are released.
   *
   * @throws MalformedFormatException if a length is malformed or too large; the reader must not be
   *     used after it, except to be closed. Whatever {@code onMessage} throws comes out too
   */
  public void read(ByteBuf data) {
    try {
      if (closed) {
        return;
      }
      reading = true;
      if (partial.isReadable()) {
        partial.writeBytes(data);
        cut(partial);
        partial.discardReadBytes();
      } else {
        cut(data);
        if (data.isReadable() && !closed) {
          partial.release();
          partial = Unpooled.buffer(data.readableBytes());
          partial.writeBytes(data);
        }
      }
    } finally {
      reading = false;
      data.release();
      if (closed) {
        drop();
      }
    }
  }

  private void cut(ByteBuf in) {
    while (in.isReadable() && !closed) {
      int start = in.readerIndex();
      int length = Varint.tryReadLength(in, maxBytes);
      if (length == Varint.INCOMPLETE) {
        return;
      }
      if (in.readableBytes() < length) {
        in.readerIndex(start);
        return;
      }
      onMessage.accept(in.readSlice(length));
    }
  }

  /** Whether the stream may end here: no message has begun. */
  public boolean isBetweenMessages() {
    return !partial.isReadable();
  }

  /** Drops what is kept and takes no more. May be called while a message is handed over. */
  public void close() {
    closed = true;
    if (!reading) {
      drop();
    }
  }

  private void drop() {
    partial.release();
    partial = Unpooled.EMPTY_BUFFER;
  }

  /** Appends a message with its length. */
  public static void write(ByteBuf out, byte[] message) {
    Varint.write(message.length, out);
    out.writeBytes(message);
  }
}
