package io.tributary.origin.dev.miner;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The range of bytes a caller of a storage miner asks for, in CESS's own form.
 *
 * <pre>{@code
 * Range: bytes=start-end/total        end exclusive, total the whole length
 * Range: bytes start-end/total        the same
 * }</pre>
 *
 * <p>The form of RFC 9110, without a total and with an inclusive end, is not understood.
 *
 * @param start the first byte
 * @param end the byte after the last
 */
record RangeForm(long start, long end) {
  private static final int MAX_CHARS = 64;
  private static final Pattern FORM =
      Pattern.compile("bytes[= ]([0-9]{1,18})-([0-9]{1,18})/([0-9]{1,18})");

  /**
   * Reads a header value.
   *
   * @param lengthBytes the length of what the range is a part of
   * @return the range, or empty if the value is not of CESS's form, names another length, is empty
   *     or reaches beyond the end
   */
  static Optional<RangeForm> parse(String value, long lengthBytes) {
    if (value.length() > MAX_CHARS) {
      return Optional.empty();
    }
    Matcher form = FORM.matcher(value);
    if (!form.matches()) {
      return Optional.empty();
    }
    long start = Long.parseLong(form.group(1));
    long end = Long.parseLong(form.group(2));
    long total = Long.parseLong(form.group(3));
    boolean fits = total == lengthBytes && start < end && end <= total;
    return fits ? Optional.of(new RangeForm(start, end)) : Optional.empty();
  }

  long lengthBytes() {
    return end - start;
  }
}
