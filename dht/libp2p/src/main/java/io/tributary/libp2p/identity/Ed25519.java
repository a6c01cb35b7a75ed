package io.tributary.libp2p.identity;

import java.util.Optional;

/**
 * The arithmetic of Ed25519 (RFC 8032), which several libraries offer at very different speed.
 *
 * <p>All keys are raw: a seed and a public key have 32 bytes each, a signature 64. Implementations
 * are safe for use from any thread.
 */
interface Ed25519 {
  /** The length of a seed, and of a public key. */
  int KEY_BYTES = 32;

  /** The length of a signature. */
  int SIGNATURE_BYTES = 64;

  /** Returns the public key of a seed. */
  byte[] publicKey(byte[] seed);

  /** Prepares to sign with a key. */
  Signer signer(byte[] seed, byte[] publicKey);

  /** Prepares to verify with a key; empty if the bytes are no point that can be a key. */
  Optional<Verifier> verifier(byte[] publicKey);

  /** One private key, ready to sign. */
  @FunctionalInterface
  interface Signer {
    /** Returns the 64 bytes of a signature. */
    byte[] sign(byte[] message);
  }

  /** One public key, ready to verify. */
  @FunctionalInterface
  interface Verifier {
    /** Tells whether 64 bytes are a signature of a message. */
    boolean verify(byte[] message, byte[] signature);
  }
}
