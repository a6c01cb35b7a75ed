package io.tributary.ledger.signature;

import java.math.BigInteger;
import java.util.Optional;
import org.bouncycastle.asn1.sec.SECNamedCurves;
import org.bouncycastle.asn1.x9.X9ECParameters;

/**
 * Arithmetic on the curve secp256k1, by one of two libraries. Thread-safe.
 *
 * <p>Bouncy Castle's runs everywhere; libsecp256k1's is several times faster where its native code
 * loads.
 */
public sealed interface Curve permits BouncyCastleCurve, NativeCurve {
  /** The length of a private key. */
  int SCALAR_BYTES = 32;

  /** The number of points, which private keys and both parts of a signature stay below. */
  BigInteger ORDER = parameters().getN();

  /** Its half: the largest second part of a signature that counts. */
  BigInteger HALF_ORDER = ORDER.shiftRight(1);

  /** The native curve where it loads, else Bouncy Castle's. */
  static Curve fastest() {
    return NativeCurve.load().<Curve>map(curve -> curve).orElse(BouncyCastleCurve.INSTANCE);
  }

  /** Bouncy Castle's curve. */
  static Curve bouncyCastle() {
    return BouncyCastleCurve.INSTANCE;
  }

  /** A short name for logs and reports. */
  String name();

  /**
   * Multiplies the generator by a scalar.
   *
   * @param scalar 32 bytes, big-endian, from 1 to the order - 1
   * @return the point, uncompressed, without its leading byte: 32 bytes of x, 32 of y
   */
  byte[] multiplyGenerator(byte[] scalar);

  /** Whether a signature of a digest was made with a key. */
  boolean verify(Signature signature, byte[] digest, PublicKey key);

  /** The key with which a signature of a digest was made; empty if no key could have made it. */
  Optional<PublicKey> recover(Signature signature, byte[] digest);

  private static X9ECParameters parameters() {
    return SECNamedCurves.getByName("secp256k1");
  }
}
