package io.tributary.bench.cacher;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * What the head of an HTTP/1.1 answer says.
 *
 * @param bytes how long the head is, its empty line included
 * @param contentBytes how much content follows
 */
record AnswerHead(int bytes, long contentBytes) {
  private static final byte[] LENGTH = "\r\ncontent-length:".getBytes(StandardCharsets.US_ASCII);
  private static final int END = 0x0d0a0d0a;

  /**
   * Reads the head at the start of a big-endian buffer.
   *
   * @param length how many bytes have come
   * @return null if it is not complete
   * @throws IOException if it is no success, or does not tell its length
   */
  @org.jspecify.annotations.Nullable static AnswerHead read(ByteBuffer in, int length) throws IOException {
    for (int at = 0; at + 4 <= length; at++) {
      if (in.get(at) == '\r' && in.getInt(at) == END) {
        return parse(in, at + 4);
      }
    }
    return null;
  }

  private static AnswerHead parse(ByteBuffer in, int bytes) throws IOException {
    // "HTTP/1.1 200": the hundreds are the tenth character.
    if (in.get(9) != '2') {
      throw new IOException("answered: " + text(in, bytes));
    }
    for (int at = 12; at < bytes - LENGTH.length; at++) {
      if (in.get(at) == '\r' && isLength(in, at)) {
        long value = 0;
        for (int digit = at + LENGTH.length; in.get(digit) != '\r'; digit++) {
          if (in.get(digit) != ' ') {
            value = value * 10 + in.get(digit) - '0';
          }
        }
        return new AnswerHead(bytes, value);
      }
    }
    throw new IOException("an answer without a length: " + text(in, bytes));
  }

  private static boolean isLength(ByteBuffer in, int at) {
    for (int i = 0; i < LENGTH.length; i++) {
      int is = in.get(at + i);
      if ((is >= 'A' && is <= 'Z' ? is + 32 : is) != LENGTH[i]) {
        return false;
      }
    }
    return true;
  }

  private static String text(ByteBuffer in, int bytes) {
    byte[] head = new byte[bytes];
    in.get(0, head);
    return new String(head, StandardCharsets.ISO_8859_1).strip().toLowerCase(Locale.ROOT);
  }
}
