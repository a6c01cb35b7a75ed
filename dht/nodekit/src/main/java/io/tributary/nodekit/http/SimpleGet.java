package io.tributary.nodekit.http;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;

/**
 * Recognises a request that is as simple as most: a whole GET of HTTP/1.1 for one range of a plain
 * path, with no header field but those that do not change the answer.
 *
 * <pre>
 * GET /fragment/0/1 HTTP/1.1 CRLF
 * Host: a CRLF                       once
 * Range: bytes=0-4095 CRLF           once, both ends given
 * User-Agent, Accept, Accept-Encoding, Accept-Language, Connection: keep-alive CRLF
 * CRLF
 * </pre>
 *
 * <p>Everything else, whether right or wrong, it does not know. Used by one thread.
 */
final class SimpleGet {
  private static final int GET = 0x47455420;
  private static final long HTTP_1_1 = 0x485454502f312e31L;
  private static final int MAX_NUMBER_DIGITS = 18;

  private static final byte[] HOST = ascii("host");
  private static final byte[] RANGE = ascii("range");
  private static final byte[] BYTES = ascii("bytes=");
  private static final byte[] ACCEPT = ascii("accept");
  private static final byte[] USER_AGENT = ascii("user-agent");
  private static final byte[] CONNECTION = ascii("connection");
  private static final byte[] KEEP_ALIVE = ascii("keep-alive");
  private static final byte[] ACCEPT_ENCODING = ascii("accept-encoding");
  private static final byte[] ACCEPT_LANGUAGE = ascii("accept-language");

  /** Which bytes a path may have. */
  private static final boolean[] PLAIN = new boolean[128];

  static {
    for (int c = 0; c < PLAIN.length; c++) {
      PLAIN[c] =
          (c >= '0' && c <= '9')
              || (c >= 'a' && c <= 'z')
              || (c >= 'A' && c <= 'Z')
              || "/._-".indexOf(c) >= 0;
    }
  }

  private final int maxTargetBytes;
  private final int maxHeaderBytes;
  private String path = "";
  private long first;
  private long last;
  private int at;
  private boolean hasHost;
  private boolean hasRange;

  SimpleGet(HttpLimits limits) {
    maxTargetBytes = limits.maxTargetChars();
    maxHeaderBytes = limits.maxHeaderBytes();
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  /** Looks at the start of a buffer, which stays as it is; true if there is such a request. */
  boolean read(ByteBuf in) {
    int from = in.readerIndex();
    int limit = Math.min(in.writerIndex(), from + maxTargetBytes + maxHeaderBytes);
    if (limit - from < 16 || in.getInt(from) != GET) {
      return false;
    }
    int end = in.indexOf(from, Math.min(limit, from + maxTargetBytes), (byte) '\n');
    int pathEnd = end - 10;
    if (pathEnd <= from + 4
        || in.getByte(end - 1) != '\r'
        || in.getLong(end - 9) != HTTP_1_1
        || in.getByte(pathEnd) != ' '
        || in.getByte(from + 4) != '/'
        || !isPlain(in, from + 4, pathEnd)) {
      return false;
    }
    hasHost = false;
    hasRange = false;
    at = end + 1;
    if (!readFields(in, limit) || !hasHost || !hasRange) {
      return false;
    }
    path = in.toString(from + 4, pathEnd - from - 4, StandardCharsets.US_ASCII);
    return true;
  }

  private static boolean isPlain(ByteBuf in, int from, int to) {
    for (int i = from; i < to; i++) {
      byte c = in.getByte(i);
      if (c < 0 || !PLAIN[c]) {
        return false;
      }
    }
    return true;
  }

  private boolean readFields(ByteBuf in, int limit) {
    while (at + 1 < limit) {
      int end = in.indexOf(at, limit, (byte) '\n');
      if (end <= at || in.getByte(end - 1) != '\r') {
        return false;
      }
      if (end == at + 1) {
        at = end + 1;
        return true;
      }
      int colon = in.indexOf(at, end, (byte) ':');
      if (colon < 0 || !readField(in, at, colon, end - 1)) {
        return false;
      }
      at = end + 1;
    }
    return false;
  }

  /** Reads a field that ends before {@code end}. */
  private boolean readField(ByteBuf in, int from, int colon, int end) {
    int value = colon + 1;
    while (value < end && in.getByte(value) == ' ') {
      value++;
    }
    return switch (colon - from) {
      case 4 -> {
        boolean isFirst = !hasHost;
        hasHost = true;
        yield isFirst && is(in, from, HOST);
      }
      case 5 -> !hasRange && is(in, from, RANGE) && readRange(in, value, end);
      case 6 -> is(in, from, ACCEPT);
      case 10 ->
          is(in, from, USER_AGENT)
              || (is(in, from, CONNECTION)
                  && end - value == KEEP_ALIVE.length
                  && is(in, value, KEEP_ALIVE));
      case 15 -> is(in, from, ACCEPT_ENCODING) || is(in, from, ACCEPT_LANGUAGE);
      default -> false;
    };
  }

  private boolean readRange(ByteBuf in, int from, int end) {
    if (end - from <= BYTES.length || !is(in, from, BYTES)) {
      return false;
    }
    hasRange = true;
    int start = from + BYTES.length;
    int dash = in.indexOf(start, end, (byte) '-');
    first = dash < 0 ? -1 : number(in, start, dash);
    last = dash < 0 ? -1 : number(in, dash + 1, end);
    return first >= 0 && last >= first;
  }

  /** Reads digits and nothing else; -1 if they are none. */
  private static long number(ByteBuf in, int from, int to) {
    if (to <= from || to - from > MAX_NUMBER_DIGITS) {
      return -1;
    }
    long value = 0;
    for (int i = from; i < to; i++) {
      int digit = in.getByte(i) - '0';
      if (digit < 0 || digit > 9) {
        return -1;
      }
      value = value * 10 + digit;
    }
    return value;
  }

  /** Compares with lower-case letters, whatever the case there is. */
  private static boolean is(ByteBuf in, int from, byte[] lowerCase) {
    for (int i = 0; i < lowerCase.length; i++) {
      int c = in.getByte(from + i);
      if ((c >= 'A' && c <= 'Z' ? c + 32 : c) != lowerCase[i]) {
        return false;
      }
    }
    return true;
  }

  /** The path of the request that was read. */
  String path() {
    return path;
  }

  /** The range that it wants. */
  ByteSpan range() {
    return new ByteSpan(first, last - first + 1);
  }

  /** Where what follows it begins. */
  int end() {
    return at;
  }
}
