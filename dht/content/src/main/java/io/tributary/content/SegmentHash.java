package io.tributary.content;

/**
 * The name of a segment: the SHA-256 of its 32 MiB, padding included.
 *
 * @param digest the SHA-256 of the padded segment
 */
public record SegmentHash(Digest digest) implements Comparable<SegmentHash> {
  /** The name of 32 MiB of zeros. */
  public static final SegmentHash ZERO =
      parse("83ee47245398adee79bd9c0a8bc57b821e92aba10f5f9ade8a5d1fae4d8c4302");

  /**
   * Reads 64 lower-case hexadecimal characters.
   *
   * @throws MalformedIdException if the text is anything else
   */
  public static SegmentHash parse(CharSequence text) {
    return new SegmentHash(Digest.parse(text));
  }

  /** Returns the 64 lower-case hexadecimal characters. */
  public String toHex() {
    return digest.toHex();
  }

  @Override
  public int compareTo(SegmentHash other) {
    return digest.compareTo(other.digest);
  }

  @Override
  public String toString() {
    return digest.toHex();
  }
}
