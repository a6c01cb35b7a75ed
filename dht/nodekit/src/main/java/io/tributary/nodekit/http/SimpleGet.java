package io.tributary.nodekit.http;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

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
 * <p>Everything else, whether right or wrong, it does not know, nor what is longer than {@link
 * #MAX_BYTES}. Used by one thread.
 */
final class SimpleGet {
  /** The longest request that is looked at. */
  static final int MAX_BYTES = 1024;

  private static final int MAX_NUMBER_DIGITS = 18;

  private static final byte[] GET = ascii("GET ");
  private static final byte[] HTTP_1_1 = ascii(" HTTP/1.1\r\n");
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

  private final int maxLineBytes;
  private final int maxFieldsBytes;

  /** A copy of what may be a request: an array is looked through faster than a buffer. */
  private final byte[] text = new byte[MAX_BYTES];

  private String path = "";
  private long first;
  private long last;
  private int at;
  private boolean hasHost;
  private boolean hasRange;

  SimpleGet(HttpLimits limits) {
    maxLineBytes = limits.maxTargetChars();
    maxFieldsBytes = limits.maxHeaderBytes();
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  /** Looks at the start of a buffer, which stays as it is; true if there is such a request. */
  boolean read(ByteBuf in) {
    int limit = Math.min(in.readableBytes(), MAX_BYTES);
    in.getBytes(in.readerIndex(), text, 0, limit);
    int pathEnd = GET.length;
    while (pathEnd < limit && text[pathEnd] >= 0 && PLAIN[text[pathEnd]]) {
      pathEnd++;
    }
    at = pathEnd + HTTP_1_1.length;
    if (at > Math.min(limit, maxLineBytes)
        || !isExactly(0, GET)
        || text[GET.length] != '/'
        || !isExactly(pathEnd, HTTP_1_1)) {
      return false;
    }
    hasHost = false;
    hasRange = false;
    if (!readFields(Math.min(limit, at + maxFieldsBytes)) || !hasHost || !hasRange) {
      return false;
    }
    path = new String(text, GET.length, pathEnd - GET.length, StandardCharsets.ISO_8859_1);
    return true;
  }

  private boolean readFields(int limit) {
    while (true) {
      int end = indexOf('\n', at, limit);
      if (end <= at || text[end - 1] != '\r') {
        return false;
      }
      if (end == at + 1) {
        at = end + 1;
        return true;
      }
      int colon = indexOf(':', at, end);
      if (colon < 0 || !readField(at, colon, end - 1)) {
        return false;
      }
      at = end + 1;
    }
  }

  private int indexOf(char wanted, int from, int to) {
    for (int i = from; i < to; i++) {
      if (text[i] == wanted) {
        return i;
      }
    }
    return -1;
  }

  /** Reads a field that ends before {@code end}. */
  private boolean readField(int from, int colon, int end) {
    int value = colon + 1;
    while (value < end && text[value] == ' ') {
      value++;
    }
    return switch (colon - from) {
      case 4 -> {
        boolean isFirst = !hasHost;
        hasHost = true;
        yield isFirst && is(from, HOST);
      }
      case 5 -> !hasRange && is(from, RANGE) && readRange(value, end);
      case 6 -> is(from, ACCEPT);
      case 10 ->
          is(from, USER_AGENT)
              || (is(from, CONNECTION)
                  && end - value == KEEP_ALIVE.length
                  && is(value, KEEP_ALIVE));
      case 15 -> is(from, ACCEPT_ENCODING) || is(from, ACCEPT_LANGUAGE);
      default -> false;
    };
  }

  private boolean readRange(int from, int end) {
    if (end - from <= BYTES.length || !is(from, BYTES)) {
      return false;
    }
    hasRange = true;
    int start = from + BYTES.length;
    int dash = indexOf('-', start, end);
    first = dash < 0 ? -1 : number(start, dash);
    last = dash < 0 ? -1 : number(dash + 1, end);
    return first >= 0 && last >= first;
  }

  /** Reads digits and nothing else; -1 if they are none. */
  private long number(int from, int to) {
    if (to <= from || to - from > MAX_NUMBER_DIGITS) {
      return -1;
    }
    long value = 0;
    for (int i = from; i < to; i++) {
      int digit = text[i] - '0';
      if (digit < 0 || digit > 9) {
        return -1;
      }
      value = value * 10 + digit;
    }
    return value;
  }

  /** Compares with lower-case letters, whatever the case there is; there must be as many bytes. */
  private boolean is(int from, byte[] lowerCase) {
    for (int i = 0; i < lowerCase.length; i++) {
      int c = text[from + i];
      if ((c >= 'A' && c <= 'Z' ? c + 32 : c) != lowerCase[i]) {
        return false;
      }
    }
    return true;
  }

  private boolean isExactly(int from, byte[] wanted) {
    return Arrays.equals(text, from, from + wanted.length, wanted, 0, wanted.length);
  }

  /** The path of the request that was read. */
  String path() {
    return path;
  }

  /** The range that it wants. */
  ByteSpan range() {
    return new ByteSpan(first, last - first + 1);
  }

  /** How many bytes it has: what follows it begins there. */
  int lengthBytes() {
    return at;
  }
}
