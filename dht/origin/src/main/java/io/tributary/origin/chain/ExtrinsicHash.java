package io.tributary.origin.chain;

import io.tributary.content.Digest;

/**
 * The name of a submitted call: the BLAKE2b-256 of the whole extrinsic.
 *
 * @param digest the 32 bytes of the hash
 */
public record ExtrinsicHash(Digest digest) {
  /** Returns {@code 0x} and 64 lower-case hexadecimal characters. */
  public String toHex() {
    return "0x" + digest.toHex();
  }

  @Override
  public String toString() {
    return toHex();
  }
}
