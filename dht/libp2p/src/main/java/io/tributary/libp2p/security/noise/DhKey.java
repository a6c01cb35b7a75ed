package io.tributary.libp2p.security.noise;

import io.tributary.libp2p.security.SecureChannelException;
import io.tributary.libp2p.security.SecureChannelException.Reason;

/**
 * An X25519 key pair. Keys on the wire are 32 bytes, the u coordinate in little endian.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc7748#section-5">RFC 7748, section 5</a>
 */
interface DhKey {
  int PUBLIC_KEY_BYTES = 32;

  /** Returns the public half; the array is not to be changed. */
  byte[] publicKey();

  /**
   * Computes the secret shared with the owner of another key.
   *
   * @throws SecureChannelException with {@link Reason#MALFORMED} if the other key is one of the few
   *     with which every secret is zero
   */
  byte[] agree(byte[] otherPublicKey) throws SecureChannelException;

  /** Makes key pairs. Thread-safe. */
  interface Generator {
    DhKey generate();
  }

  /** Says that a peer sent a public key of small order. */
  static SecureChannelException smallOrder() {
    return new SecureChannelException(
        Reason.MALFORMED, "an X25519 public key of small order yields no secret");
  }
}
