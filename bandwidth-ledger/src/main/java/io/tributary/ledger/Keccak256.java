package io.tributary.ledger;

import org.bouncycastle.crypto.digests.KeccakDigest;

/** The hash of Ethereum: Keccak with 256 bits and its original padding, which SHA-3 changed. */
public final class Keccak256 {
  /** The length of a hash. */
  public static final int BYTES = 32;

  private Keccak256() {}

  /** Returns the hash of the parts, one after the other. */
  public static byte[] hash(byte[]... parts) {
    KeccakDigest digest = new KeccakDigest(BYTES * Byte.SIZE);
    for (byte[] part : parts) {
      digest.update(part, 0, part.length);
    }
    byte[] hash = new byte[BYTES];
    digest.doFinal(hash, 0);
    return hash;
  }
}
