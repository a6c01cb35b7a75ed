package io.tributary.libp2p.multistream;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;

/**
 * A message of multistream-select.
 *
 * <pre>
 *  +---------+----------------------+------+
 *  | uvarint |  UTF-8 text          | '\n' |     length counts the text and the newline
 *  +---------+----------------------+------+
 *
 *  list answer: the text is a sequence of such messages
 * </pre>
 */
final class Message {

  /** Opens the talk, from either side. */
  static final String HEADER = "/multistream/1.0.0";

  /** Declines a proposal. */
  static final String NOT_AVAILABLE = "na";

  /** Asks for all protocols. */
  static final String LIST = "ls";

  /** The longest message taken from a peer: text and newline, in bytes. */
  static final int MAX_BYTES = 1024;

  /** The longest answer to {@link #LIST}; protocols beyond it are left out. */
  static final int MAX_LIST_BYTES = 64 * 1024;

  private Message() {}

  /** Appends a message. */
  static void write(ByteBuf out, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    writeVarint(out, bytes.length + 1);
    out.writeBytes(bytes);
    out.writeByte('\n');
  }

  /** Appends the answer to {@link #LIST}. */
  static void writeList(ByteBuf out, Iterable<String> protocols) {
    ByteBuf body = Unpooled.buffer();
    for (String protocol : protocols) {
      if (body.readableBytes() + protocol.length() > MAX_LIST_BYTES) {
        break;
      }
      write(body, protocol);
    }
    writeVarint(out, body.readableBytes() + 1);
    out.writeBytes(body);
    out.writeByte('\n');
  }

  private static void writeVarint(ByteBuf out, int value) {
    int left = value;
    while (left >= 0x80) {
      out.writeByte((left & 0x7F) | 0x80);
      left >>>= 7;
    }
    out.writeByte(left);
  }
}
