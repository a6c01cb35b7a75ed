package io.tributary.content;

import java.util.Optional;

/**
 * A stretch of at least one byte of a file or of any other run of bytes.
 *
 * @param offset the position of the first byte, 0 or more
 * @param length how many bytes, 1 or more
 */
public record ByteRange(long offset, long length) {
  /**
   * Checks the bounds.
   *
   * @throws IllegalArgumentException if the range is empty, starts below 0 or ends beyond a long
   */
  public ByteRange {
    if (offset < 0 || length < 1 || offset > Long.MAX_VALUE - length) {
      throw new IllegalArgumentException(
          "a range starts at 0 or later and has at least 1 byte, this has offset "
              + offset
              + " and length "
              + length);
    }
  }

  /** Returns the range of all bytes of something that has this many, 1 or more. */
  public static ByteRange whole(long sizeBytes) {
    return new ByteRange(0, sizeBytes);
  }

  /**
   * Returns the range from one position up to, but not including, another.
   *
   * @throws IllegalArgumentException if it would be empty or start below 0
   */
  public static ByteRange between(long start, long end) {
    if (end <= start) {
      throw new IllegalArgumentException(
          "a range ends after it starts, this goes from " + start + " to " + end);
    }
    return new ByteRange(start, end - start);
  }

  /** Returns the position after the last byte. */
  public long end() {
    return offset + length;
  }

  /** Tells whether a position lies in the range. */
  public boolean contains(long position) {
    return position >= offset && position < end();
  }

  /** Returns the bytes that both ranges have, or nothing if they do not meet. */
  public Optional<ByteRange> intersect(ByteRange other) {
    long start = Math.max(offset, other.offset);
    long end = Math.min(end(), other.end());
    return start < end ? Optional.of(between(start, end)) : Optional.empty();
  }

  /** Returns the part of the range that lies in the first {@code sizeBytes} bytes, if any. */
  public Optional<ByteRange> within(long sizeBytes) {
    return sizeBytes < 1 ? Optional.empty() : intersect(whole(sizeBytes));
  }
}
