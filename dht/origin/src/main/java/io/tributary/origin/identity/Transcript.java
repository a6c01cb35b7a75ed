package io.tributary.origin.identity;

import cafe.cryptography.curve25519.Scalar;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;

/**
 * A Merlin v1.0 transcript: the record of a proof's messages, from which challenges are drawn.
 *
 * <p>Each message is framed by a label and a 32-bit little-endian length, so that no two sequences
 * of messages give the same transcript. For use by one thread.
 */
final class Transcript {
  private static final int WIDE_SCALAR_BYTES = 64;
  private static final int RANDOM_BYTES = 32;

  private final Strobe128 strobe;

  /** Creates the transcript of a protocol. */
  Transcript(String protocolLabel) {
    strobe = new Strobe128("Merlin v1.0");
    append("dom-sep", ascii(protocolLabel));
  }

  /** Records a message. */
  void append(String label, byte[] message) {
    strobe.metaAd(ascii(label), false);
    strobe.metaAd(length(message.length), true);
    strobe.ad(message, false);
  }

  /** Records a message of ASCII characters. */
  void append(String label, String message) {
    append(label, ascii(message));
  }

  /** Draws a challenge and records that it was drawn. */
  void challenge(String label, byte[] out) {
    strobe.metaAd(ascii(label), false);
    strobe.metaAd(length(out.length), true);
    strobe.prf(out);
  }

  /** Draws a challenge that is a number modulo the group order. */
  Scalar challengeScalar(String label) {
    byte[] wide = new byte[WIDE_SCALAR_BYTES];
    challenge(label, wide);
    return Scalar.fromBytesModOrderWide(wide);
  }

  /**
   * Draws a secret number that nobody else can draw and that does not repeat: it depends on the
   * transcript, on a long-lived secret and on fresh randomness. The transcript stays as it was.
   */
  Scalar witnessScalar(String label, byte[] secret, SecureRandom random) {
    Strobe128 rng = new Strobe128(strobe);
    rng.metaAd(ascii(label), false);
    rng.metaAd(length(secret.length), true);
    rng.key(secret);
    byte[] fresh = new byte[RANDOM_BYTES];
    random.nextBytes(fresh);
    rng.metaAd(ascii("rng"), false);
    rng.key(fresh);
    byte[] wide = new byte[WIDE_SCALAR_BYTES];
    rng.metaAd(length(wide.length), false);
    rng.prf(wide);
    return Scalar.fromBytesModOrderWide(wide);
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private static byte[] length(int bytes) {
    return ByteBuffer.allocate(Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN).putInt(bytes).array();
  }
}
