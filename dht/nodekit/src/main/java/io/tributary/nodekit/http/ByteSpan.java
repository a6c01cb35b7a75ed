package io.tributary.nodekit.http;

/**
 * A stretch of bytes of a representation.
 *
 * @param first the offset of its first byte, from 0
 * @param lengthBytes how many bytes; may be 0 only for the whole of an empty representation
 */
public record ByteSpan(long first, long lengthBytes) {
  /** Checks that the numbers are not negative and their sum has no overflow. */
  public ByteSpan {
    if (first < 0 || lengthBytes < 0 || first > Long.MAX_VALUE - lengthBytes) {
      throw new IllegalArgumentException(
          "span of " + lengthBytes + " bytes at " + first + " is out of range");
    }
  }

  /** The whole of a representation. */
  public static ByteSpan whole(long sizeBytes) {
    return new ByteSpan(0, sizeBytes);
  }

  /** Returns the offset after the last byte. */
  public long end() {
    return first + lengthBytes;
  }

  /** Returns the value of Content-Range for it, as {@code bytes 0-99/1234}. */
  String contentRange(long sizeBytes) {
    return "bytes " + first + '-' + (end() - 1) + '/' + sizeBytes;
  }
}
