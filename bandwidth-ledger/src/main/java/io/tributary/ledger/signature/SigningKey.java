package io.tributary.ledger.signature;

import io.tributary.ledger.EvmAddress;
import io.tributary.ledger.Hash256;
import io.tributary.ledger.MalformedLedgerValueException;
import java.math.BigInteger;
import java.security.SecureRandom;
import java.util.Arrays;
import org.bouncycastle.crypto.digests.SHA256Digest;
import org.bouncycastle.crypto.signers.HMacDSAKCalculator;
import org.bouncycastle.util.BigIntegers;

/**
 * A private key of secp256k1, which signs. Thread-safe.
 *
 * <p>Closing it overwrites its bytes as far as a JVM allows; it signs no more then. {@code
 * toString} shows the address, never the key.
 */
public final class SigningKey implements AutoCloseable {

  /*
   * Why the signature is put together here
   * --------------------------------------
   * A compact signature needs to know whether the y of the nonce's point is odd. Neither library's
   * sign function tells; recovering the public key to find out costs twice what signing does. So
   * the one expensive step, the point of the nonce, is left to the library, and the rest is four
   * lines of arithmetic, the same as in Bouncy Castle's signer:
   *
   *    k = RFC 6979 (key, digest)        R = k * G
   *    r = R.x mod n                     s = (digest + r * key) / k mod n
   *
   * and if s is in the upper half of its range, n - s takes its place and y changes its sign. R.x
   * of n or more, for which one bit would not do, has a chance of 2^-127; the next k is taken.
   */

  private final Curve curve;
  private final byte[] key;
  private final PublicKey publicKey;
  private boolean closed;

  private SigningKey(Curve curve, byte[] key) {
    this.curve = curve;
    this.key = key;
    this.publicKey = PublicKey.trusted(curve.multiplyGenerator(key));
  }

  /**
   * Wraps 32 bytes of a private key; the array is copied.
   *
   * @throws MalformedLedgerValueException if they are no private key
   */
  public static SigningKey of(byte[] key, Curve curve) {
    if (key.length != Curve.SCALAR_BYTES || !isScalar(new BigInteger(1, key))) {
      throw new MalformedLedgerValueException(
          "a private key has 32 bytes and is between 0 and the order of secp256k1");
    }
    return new SigningKey(curve, key.clone());
  }

  /** A new key. */
  public static SigningKey generate(SecureRandom random, Curve curve) {
    byte[] key = new byte[Curve.SCALAR_BYTES];
    do {
      random.nextBytes(key);
    } while (!isScalar(new BigInteger(1, key)));
    return new SigningKey(curve, key);
  }

  private static boolean isScalar(BigInteger number) {
    return number.signum() > 0 && number.compareTo(Curve.ORDER) < 0;
  }

  /** The key that checks this key's signatures. */
  public PublicKey publicKey() {
    return publicKey;
  }

  /** The address of this key's account. */
  public EvmAddress address() {
    return publicKey.address();
  }

  /**
   * Signs a digest, always with the same signature (RFC 6979).
   *
   * @throws IllegalStateException if the key is closed
   */
  public Signature sign(Hash256 digest) {
    byte[] hash = digest.toBytes();
    BigInteger d = new BigInteger(1, toBytes());
    BigInteger z = new BigInteger(1, hash);
    HMacDSAKCalculator nonces = new HMacDSAKCalculator(new SHA256Digest());
    nonces.init(Curve.ORDER, d, hash);
    while (true) {
      BigInteger k = nonces.nextK();
      byte[] point =
          curve.multiplyGenerator(BigIntegers.asUnsignedByteArray(Curve.SCALAR_BYTES, k));
      BigInteger r = new BigInteger(1, point, 0, Curve.SCALAR_BYTES);
      BigInteger s =
          BigIntegers.modOddInverse(Curve.ORDER, k).multiply(z.add(r.multiply(d))).mod(Curve.ORDER);
      if (r.compareTo(Curve.ORDER) < 0 && s.signum() > 0) {
        boolean yOdd = (point[point.length - 1] & 1) == 1;
        return s.compareTo(Curve.HALF_ORDER) > 0
            ? Signature.of(r, Curve.ORDER.subtract(s), !yOdd)
            : Signature.of(r, s, yOdd);
      }
    }
  }

  /**
   * Returns the private key in a new array, which the caller overwrites after use.
   *
   * @throws IllegalStateException if the key is closed
   */
  public synchronized byte[] toBytes() {
    if (closed) {
      throw new IllegalStateException("the signing key of " + address() + " is closed");
    }
    return key.clone();
  }

  @Override
  public synchronized void close() {
    closed = true;
    Arrays.fill(key, (byte) 0);
  }

  @Override
  public String toString() {
    return "SigningKey[" + address() + "]";
  }
}
