package io.tributary.libp2p.multistream;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * Cuts a sequence of buffers into messages, and takes not a byte beyond the message it returns. Not
 * thread-safe.
 */
final class MessageReader {

  private static final byte[] NOTHING = {};

  private byte[] body = NOTHING;
  private int bodyBytes;
  private int length;
  private int lengthBytes;
  private boolean lengthKnown;

  /**
   * Reads on.
   *
   * @return the next message without its newline; empty when the buffer is used up before its end
   * @throws NegotiationException if the message is too long or malformed
   */
  Optional<String> read(ByteBuf in) throws NegotiationException {
    while (!lengthKnown) {
      if (!in.isReadable()) {
        return Optional.empty();
      }
      readLength(in.readByte());
    }
    if (bodyBytes == 0 && in.readableBytes() >= length) {
      String text = text(in.getByte(in.readerIndex() + length - 1), in, length - 1);
      in.skipBytes(1);
      return Optional.of(text);
    }
    return readStraddling(in);
  }

  private void readLength(byte next) throws NegotiationException {
    length |= (next & 0x7F) << (7 * lengthBytes);
    lengthBytes++;
    if (length > Message.MAX_BYTES || lengthBytes > 2) {
      throw new NegotiationException(
          NegotiationFailure.MESSAGE_TOO_LONG, "at least " + length + " bytes");
    }
    if (next >= 0) {
      if (length == 0 || (lengthBytes > 1 && next == 0)) {
        throw new NegotiationException(NegotiationFailure.MALFORMED_MESSAGE, "its length");
      }
      lengthKnown = true;
    }
  }

  private Optional<String> readStraddling(ByteBuf in) throws NegotiationException {
    if (body.length < length) {
      body = new byte[length];
    }
    int taken = Math.min(length - bodyBytes, in.readableBytes());
    in.readBytes(body, bodyBytes, taken);
    bodyBytes += taken;
    if (bodyBytes < length) {
      return Optional.empty();
    }
    requireNewline(body[length - 1]);
    String text = new String(body, 0, length - 1, StandardCharsets.UTF_8);
    startOver();
    return Optional.of(text);
  }

  private String text(byte last, ByteBuf in, int bytes) throws NegotiationException {
    requireNewline(last);
    startOver();
    return in.readCharSequence(bytes, StandardCharsets.UTF_8).toString();
  }

  private static void requireNewline(byte last) throws NegotiationException {
    if (last != '\n') {
      throw new NegotiationException(
          NegotiationFailure.MALFORMED_MESSAGE, "it does not end with a newline");
    }
  }

  private void startOver() {
    bodyBytes = 0;
    length = 0;
    lengthBytes = 0;
    lengthKnown = false;
  }
}
