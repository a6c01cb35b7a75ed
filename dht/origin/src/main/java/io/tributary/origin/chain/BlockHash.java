package io.tributary.origin.chain;

import io.tributary.content.Digest;

/**
 * The name of a block.
 *
 * @param digest the 32 bytes of the hash
 */
public record BlockHash(Digest digest) {
  /**
   * Reads {@code 0x} and 64 lower-case hexadecimal characters.
   *
   * @throws io.tributary.content.MalformedIdException if the text is anything else
   */
  public static BlockHash parse(String text) {
    return new BlockHash(Digest.parse(text.startsWith("0x") ? text.substring(2) : ""));
  }

  /** Returns {@code 0x} and 64 lower-case hexadecimal characters. */
  public String toHex() {
    return "0x" + digest.toHex();
  }

  @Override
  public String toString() {
    return toHex();
  }
}
