package io.tributary.libp2p.wire;

import static io.tributary.libp2p.multiformats.MalformedFormatException.Reason.BAD_VALUE;
import static io.tributary.libp2p.multiformats.MalformedFormatException.Reason.TOO_LONG;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import io.netty.buffer.ByteBuf;
import io.tributary.libp2p.multiformats.MalformedMessageException;
import java.nio.ByteBuffer;

/**
 * Reads one kind of protobuf message from a peer's bytes, within a size and a depth.
 *
 * <p>Immutable; one for each kind of message serves all threads.
 *
 * @param <M> the message
 */
public final class MessageReader<M extends MessageLite> {
  /**
   * The deepest nesting of messages. No message of libp2p goes deeper than three; unknown fields
   * may, and are skipped.
   */
  public static final int MAX_DEPTH = 16;

  private final String name;
  private final Parser<M> parser;
  private final int maxBytes;

  /**
   * @param name what errors call the message
   * @param parser the generated parser
   * @param maxBytes the longest message that is read, without the length in front of it
   */
  public MessageReader(String name, Parser<M> parser, int maxBytes) {
    this.name = name;
    this.parser = parser;
    this.maxBytes = maxBytes;
  }

  /** Returns the longest message that is read. */
  public int maxBytes() {
    return maxBytes;
  }

  /**
   * Reads a message that fills an array.
   *
   * @throws MalformedMessageException if the bytes are too many or not such a message
   */
  public M read(byte[] bytes) {
    requireLength(bytes.length);
    return read(CodedInputStream.newInstance(bytes));
  }

  /**
   * Reads a message that fills the rest of a buffer, whose indices are left alone.
   *
   * @throws MalformedMessageException if the bytes are too many or not such a message
   */
  public M read(ByteBuffer bytes) {
    requireLength(bytes.remaining());
    return read(CodedInputStream.newInstance(bytes.duplicate()));
  }

  /**
   * Reads a message that fills the readable bytes of a buffer, whose indices are left alone.
   *
   * @throws MalformedMessageException if the bytes are too many or not such a message
   */
  public M read(ByteBuf bytes) {
    requireLength(bytes.readableBytes());
    return read(bytes.nioBuffer());
  }

  private M read(CodedInputStream in) {
    in.setRecursionLimit(MAX_DEPTH);
    try {
      M message = parser.parseFrom(in);
      in.checkLastTagWas(0);
      return message;
    } catch (InvalidProtocolBufferException e) {
      throw new MalformedMessageException(
          BAD_VALUE, name + " cannot be read: " + e.getMessage(), e);
    }
  }

  private void requireLength(int length) {
    if (length > maxBytes) {
      throw new MalformedMessageException(
          TOO_LONG, name + " has at most " + maxBytes + " bytes, this has " + length);
    }
  }
}
