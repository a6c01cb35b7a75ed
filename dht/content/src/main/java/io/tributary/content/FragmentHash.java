package io.tributary.content;

/**
 * The name of a fragment: the SHA-256 of its 8 MiB.
 *
 * <p>A fragment hash does not identify a column: several columns of one segment may hold the same
 * bytes, most often zeros.
 *
 * @param digest the SHA-256 of the fragment's bytes
 */
public record FragmentHash(Digest digest) implements Comparable<FragmentHash> {
  /** The name of 8 MiB of zeros, which is synthesised and never transferred. */
  public static final FragmentHash ZERO =
      parse("2daeb1f36095b44b318410b3f4e8b5d989dcc7bb023d1426c492dab0a3053e74");

  /** Tells whether the fragment holds only zeros, so that nobody needs to be asked for it. */
  public boolean isZero() {
    return equals(ZERO);
  }

  /**
   * Reads 64 lower-case hexadecimal characters.
   *
   * @throws MalformedIdException if the text is anything else
   */
  public static FragmentHash parse(CharSequence text) {
    return new FragmentHash(Digest.parse(text));
  }

  /** Returns the 64 lower-case hexadecimal characters. */
  public String toHex() {
    return digest.toHex();
  }

  @Override
  public int compareTo(FragmentHash other) {
    return digest.compareTo(other.digest);
  }

  @Override
  public String toString() {
    return digest.toHex();
  }
}
