package io.tributary.origin.identity;

import cafe.cryptography.curve25519.CompressedRistretto;
import cafe.cryptography.curve25519.Constants;
import cafe.cryptography.curve25519.InvalidEncodingException;
import cafe.cryptography.curve25519.RistrettoElement;
import cafe.cryptography.curve25519.Scalar;
import io.tributary.content.AccountId;
import java.util.Arrays;
import java.util.Optional;

/**
 * The signature scheme of Substrate accounts: Schnorr over Ristretto255 with Merlin transcripts, as
 * schnorrkel defines it, in the signing context {@code substrate}.
 *
 * <pre>{@code
 * signature  | R: 32 bytes, a compressed Ristretto point | s: 32 bytes, little-endian |
 *                                                          bit 255 of s: always 1, marks schnorrkel
 * valid if   R == s G - k A      A: the account, k: the transcript's challenge
 * }</pre>
 *
 * <p>Signatures are made by {@link Sr25519KeyPair}.
 */
public final class Sr25519 {
  /** The length of a signature. */
  public static final int SIGNATURE_BYTES = 64;

  static final int POINT_BYTES = 32;

  private static final int MARKER = 0x80;
  private static final byte[] IDENTITY_POINT = new byte[POINT_BYTES];

  private Sr25519() {}

  /**
   * Tells whether a signature over a message is the account's.
   *
   * <p>Every encoding is checked strictly: 64 bytes, the marker bit set, {@code s} below the group
   * order, {@code A} a canonical point that is not the identity. Bytes that are none of this are an
   * invalid signature and never an exception.
   */
  public static boolean verify(AccountId account, byte[] message, byte[] signature) {
    if (signature.length != SIGNATURE_BYTES
        || (signature[SIGNATURE_BYTES - 1] & MARKER) != MARKER) {
      return false;
    }
    byte[] pointR = Arrays.copyOf(signature, POINT_BYTES);
    byte[] scalarBytes = Arrays.copyOfRange(signature, POINT_BYTES, SIGNATURE_BYTES);
    scalarBytes[POINT_BYTES - 1] &= ~MARKER & 0xff;
    byte[] accountBytes = account.toBytes();
    Optional<RistrettoElement> publicKey = decompress(accountBytes);
    Optional<Scalar> s = canonicalScalar(scalarBytes);
    if (publicKey.isEmpty() || s.isEmpty()) {
      return false;
    }
    Scalar k = challenge(transcript(accountBytes, message), pointR);
    RistrettoElement expectedR =
        Constants.RISTRETTO_GENERATOR_TABLE.multiply(s.get()).subtract(publicKey.get().multiply(k));
    return Arrays.equals(expectedR.compress().toByteArray(), pointR);
  }

  /** Returns the transcript of a signature up to and including the public key. */
  static Transcript transcript(byte[] account, byte[] message) {
    Transcript transcript = new Transcript("SigningContext");
    transcript.append("", "substrate");
    transcript.append("sign-bytes", message);
    transcript.append("proto-name", "Schnorr-sig");
    transcript.append("sign:pk", account);
    return transcript;
  }

  /** Records the commitment and draws the challenge. */
  static Scalar challenge(Transcript transcript, byte[] pointR) {
    transcript.append("sign:R", pointR);
    return transcript.challengeScalar("sign:c");
  }

  /** Lays out a signature and sets the marker bit. */
  static byte[] encode(byte[] pointR, Scalar s) {
    byte[] signature = Arrays.copyOf(pointR, SIGNATURE_BYTES);
    System.arraycopy(s.toByteArray(), 0, signature, POINT_BYTES, POINT_BYTES);
    signature[SIGNATURE_BYTES - 1] |= (byte) MARKER;
    return signature;
  }

  private static Optional<RistrettoElement> decompress(byte[] point) {
    if (Arrays.equals(point, IDENTITY_POINT)) {
      return Optional.empty();
    }
    try {
      return Optional.of(new CompressedRistretto(point).decompress());
    } catch (InvalidEncodingException e) {
      return Optional.empty();
    }
  }

  private static Optional<Scalar> canonicalScalar(byte[] scalar) {
    try {
      return Optional.of(Scalar.fromCanonicalBytes(scalar));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
