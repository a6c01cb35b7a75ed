package io.tributary.nodekit.http;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What the Range header of a request asks for, once the size is known (RFC 9110, section 14). */
public sealed interface RangeDemand {
  /**
   * The most ranges that one request may name; a longer list is not answered in parts but with the
   * whole, as RFC 9110 section 14.2 allows against abuse.
   */
  int MAX_RANGES = 32;

  /** The longest header that is read, in characters; a longer one counts as malformed. */
  int MAX_HEADER_CHARS = 2048;

  /** No range was asked for, or in a way that has to be ignored: answer with the whole. */
  record Whole() implements RangeDemand {}

  /**
   * These stretches were asked for.
   *
   * @param spans at least one, none empty, none overlapping another, in the order of the request
   */
  record Spans(List<ByteSpan> spans) implements RangeDemand {
    /** Copies the list. */
    public Spans {
      spans = List.copyOf(spans);
    }
  }

  /** No stretch that was asked for has any byte: answer 416. */
  record Unsatisfiable() implements RangeDemand {}

  /**
   * Reads a header.
   *
   * <p>A header that is malformed in any part, or of another unit than bytes, is ignored as a
   * whole. Stretches that overlap are joined, so that no byte is sent twice.
   *
   * @param header its value, as {@code bytes=0-99,200-,-50}
   * @param sizeBytes the size of the representation
   */
  static RangeDemand parse(String header, long sizeBytes) {
    if (header.length() > MAX_HEADER_CHARS
        || !header.regionMatches(true, 0, "bytes=", 0, "bytes=".length())) {
      return new Whole();
    }
    List<ByteSpan> spans = new ArrayList<>();
    int named = 0;
    int at = "bytes=".length();
    while (at <= header.length()) {
      int comma = header.indexOf(',', at);
      int end = comma < 0 ? header.length() : comma;
      String spec = trimmed(header, at, end);
      at = end + 1;
      if (spec.isEmpty()) {
        continue;
      }
      if (++named > MAX_RANGES) {
        return new Whole();
      }
      Optional<ByteSpan> span = span(spec, sizeBytes);
      if (span.isEmpty()) {
        return new Whole();
      }
      if (span.get().lengthBytes() > 0) {
        addJoined(spans, span.get());
      }
    }
    if (named == 0) {
      return new Whole();
    }
    return spans.isEmpty() ? new Unsatisfiable() : new Spans(spans);
  }

  /** Reads one of {@code 0-99}, {@code 200-} and {@code -50}; empty spans have no byte here. */
  private static Optional<ByteSpan> span(String spec, long sizeBytes) {
    int dash = spec.indexOf('-');
    if (dash < 0) {
      return Optional.empty();
    }
    String from = spec.substring(0, dash);
    String to = spec.substring(dash + 1);
    if (!isNumber(from) || !isNumber(to) || (from.isEmpty() && to.isEmpty())) {
      return Optional.empty();
    }
    if (from.isEmpty()) {
      long suffix = Math.min(number(to), sizeBytes);
      return Optional.of(new ByteSpan(sizeBytes - suffix, suffix));
    }
    long first = number(from);
    long last = to.isEmpty() ? Long.MAX_VALUE : number(to);
    if (last < first) {
      return Optional.empty();
    }
    return Optional.of(
        first >= sizeBytes
            ? new ByteSpan(0, 0)
            : new ByteSpan(first, Math.min(last, sizeBytes - 1) - first + 1));
  }

  private static void addJoined(List<ByteSpan> spans, ByteSpan added) {
    ByteSpan joined = added;
    int place = spans.size();
    for (int i = spans.size() - 1; i >= 0; i--) {
      ByteSpan other = spans.get(i);
      if (other.first() < joined.end() && joined.first() < other.end()) {
        long first = Math.min(other.first(), joined.first());
        joined = new ByteSpan(first, Math.max(other.end(), joined.end()) - first);
        spans.remove(i);
        place = i;
      }
    }
    spans.add(place, joined);
  }

  private static boolean isNumber(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) < '0' || text.charAt(i) > '9') {
        return false;
      }
    }
    return true;
  }

  /** Returns the value of digits, at most {@link Long#MAX_VALUE}. */
  private static long number(String digits) {
    long value = 0;
    for (int i = 0; i < digits.length(); i++) {
      int digit = digits.charAt(i) - '0';
      if (value > (Long.MAX_VALUE - digit) / 10) {
        return Long.MAX_VALUE;
      }
      value = value * 10 + digit;
    }
    return value;
  }

  private static String trimmed(String text, int from, int to) {
    int start = from;
    int end = to;
    while (start < end && isBlank(text.charAt(start))) {
      start++;
    }
    while (end > start && isBlank(text.charAt(end - 1))) {
      end--;
    }
    return text.substring(start, end);
  }

  private static boolean isBlank(char c) {
    return c == ' ' || c == '\t';
  }
}
