package io.tributary.ledger.signature;

import io.tributary.ledger.MalformedLedgerValueException;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.HexFormat;
import org.bouncycastle.util.BigIntegers;

/**
 * An ECDSA signature on secp256k1 in the compact form of ERC-2098.
 *
 * <pre>
 *  0                       32                      64
 *  +-----------------------+-----------------------+
 *  | r, big-endian         |p| s, big-endian       |
 *  +-----------------------+-----------------------+
 *                           p: 1 bit, whether the y of the point r is odd
 * </pre>
 *
 * <p>s is in the lower half of its range (EIP-2), so its top bit is free for p and nobody can make
 * a second signature of one.
 *
 * @see <a href="https://eips.ethereum.org/EIPS/eip-2098">ERC-2098</a>
 */
public final class Signature {
  /** The length of the compact form. */
  public static final int BYTES = 64;

  /** The length of the long form. */
  public static final int LONG_BYTES = 65;

  private static final int HALF = 32;
  private static final int LONG_V_OF_EVEN = 27;

  private final BigInteger r;
  private final BigInteger s;
  private final boolean yOdd;

  private Signature(BigInteger r, BigInteger s, boolean yOdd) {
    this.r = r;
    this.s = s;
    this.yOdd = yOdd;
  }

  /**
   * A signature of its parts.
   *
   * @throws MalformedLedgerValueException if r is not from 1 to the order - 1, or s not from 1 to
   *     half of it
   */
  static Signature of(BigInteger r, BigInteger s, boolean yOdd) {
    if (r.signum() <= 0 || r.compareTo(Curve.ORDER) >= 0) {
      throw new MalformedLedgerValueException("the r of a signature is out of range");
    }
    if (s.signum() <= 0 || s.compareTo(Curve.HALF_ORDER) > 0) {
      throw new MalformedLedgerValueException(
          "the s of a signature is zero or in the upper half of its range (EIP-2)");
    }
    return new Signature(r, s, yOdd);
  }

  /**
   * Reads the compact form.
   *
   * @throws MalformedLedgerValueException if it has not exactly 64 bytes, or a part is out of range
   */
  public static Signature parse(byte[] compact) {
    if (compact.length != BYTES) {
      throw new MalformedLedgerValueException(
          "a signature has " + BYTES + " bytes, not " + compact.length);
    }
    boolean yOdd = compact[HALF] < 0;
    byte[] s = Arrays.copyOfRange(compact, HALF, BYTES);
    s[0] &= 0x7F;
    return of(new BigInteger(1, compact, 0, HALF), new BigInteger(1, s), yOdd);
  }

  BigInteger r() {
    return r;
  }

  BigInteger s() {
    return s;
  }

  boolean isYOdd() {
    return yOdd;
  }

  /** Returns r and s without the parity. */
  byte[] rs() {
    byte[] bytes = new byte[BYTES];
    BigIntegers.asUnsignedByteArray(r, bytes, 0, HALF);
    BigIntegers.asUnsignedByteArray(s, bytes, HALF, HALF);
    return bytes;
  }

  /** Returns the compact form, 64 bytes. */
  public byte[] toBytes() {
    byte[] bytes = rs();
    if (yOdd) {
      bytes[HALF] |= (byte) 0x80;
    }
    return bytes;
  }

  /** Returns r, s and v, 27 or 28, as 65 bytes: the form of most contracts and wallets. */
  public byte[] toLongBytes() {
    byte[] bytes = Arrays.copyOf(rs(), LONG_BYTES);
    bytes[BYTES] = (byte) (LONG_V_OF_EVEN + (yOdd ? 1 : 0));
    return bytes;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Signature signature
        && r.equals(signature.r)
        && s.equals(signature.s)
        && yOdd == signature.yOdd;
  }

  @Override
  public int hashCode() {
    return r.hashCode();
  }

  /** Returns the compact form in hexadecimal. */
  @Override
  public String toString() {
    return "0x" + HexFormat.of().formatHex(toBytes());
  }
}
