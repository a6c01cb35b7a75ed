package io.tributary.content;

/**
 * The name of a file on CESS.
 *
 * <p>Two rules to compute it from the segment hashes are in use, see {@link FidRule}; the chain
 * checks neither, so a fid names a file but the segment hashes are what its bytes are checked
 * against.
 *
 * @param digest the 32 bytes whose hexadecimal form the chain stores
 */
public record Fid(Digest digest) implements Comparable<Fid> {

  /**
   * Reads 64 lower-case hexadecimal characters.
   *
   * @throws MalformedIdException if the text is anything else
   */
  public static Fid parse(CharSequence text) {
    return new Fid(Digest.parse(text));
  }

  /** Returns the 64 lower-case hexadecimal characters. */
  public String toHex() {
    return digest.toHex();
  }

  @Override
  public int compareTo(Fid other) {
    return digest.compareTo(other.digest);
  }

  @Override
  public String toString() {
    return digest.toHex();
  }
}
