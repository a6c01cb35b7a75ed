package io.tributary.ledger.signature;

import io.tributary.ledger.EvmAddress;
import io.tributary.ledger.Keccak256;
import io.tributary.ledger.MalformedLedgerValueException;
import java.util.Arrays;

/** A point of secp256k1 that checks signatures: 32 bytes of x, then 32 of y. */
public final class PublicKey {
  /** The length of the raw form. */
  public static final int BYTES = 64;

  private final byte[] raw;
  private final EvmAddress address;

  private PublicKey(byte[] raw) {
    this.raw = raw;
    byte[] hash = Keccak256.hash(raw);
    this.address =
        EvmAddress.of(Arrays.copyOfRange(hash, hash.length - EvmAddress.BYTES, hash.length));
  }

  /**
   * Reads a key that may come from anywhere.
   *
   * @throws MalformedLedgerValueException if it is no point of the curve
   */
  public static PublicKey of(byte[] raw) {
    if (raw.length != BYTES || !BouncyCastleCurve.INSTANCE.isPoint(raw)) {
      throw new MalformedLedgerValueException(
          "a public key is a point of secp256k1 in " + BYTES + " bytes");
    }
    return new PublicKey(raw.clone());
  }

  /** Wraps what the curve's own arithmetic yielded. */
  static PublicKey trusted(byte[] raw) {
    return new PublicKey(raw);
  }

  /** The address of the account that the key stands for. */
  public EvmAddress address() {
    return address;
  }

  /** Returns the raw form in a new array. */
  public byte[] toBytes() {
    return raw.clone();
  }

  void copyTo(byte[] target, int offset) {
    System.arraycopy(raw, 0, target, offset, BYTES);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof PublicKey key && Arrays.equals(raw, key.raw);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(raw);
  }

  /** Returns the address. */
  @Override
  public String toString() {
    return address.toString();
  }
}
