package io.tributary.ledger;

import java.util.Arrays;
import java.util.HexFormat;

/** The 32 bytes of a Keccak-256 hash. */
public final class Hash256 {
  /** The length of a hash. */
  public static final int BYTES = Keccak256.BYTES;

  /** 32 zero bytes: the root of no receipts. */
  public static final Hash256 ZERO = new Hash256(new byte[BYTES]);

  private final byte[] raw;

  private Hash256(byte[] raw) {
    this.raw = raw;
  }

  /**
   * Wraps 32 bytes; the array is copied.
   *
   * @throws MalformedLedgerValueException if there are not exactly 32
   */
  public static Hash256 of(byte[] raw) {
    if (raw.length != BYTES) {
      throw new MalformedLedgerValueException("a hash has " + BYTES + " bytes, not " + raw.length);
    }
    return new Hash256(raw.clone());
  }

  /** Returns the hash of the parts, one after the other. */
  public static Hash256 hashing(byte[]... parts) {
    return new Hash256(Keccak256.hash(parts));
  }

  /** Returns the 32 bytes in a new array. */
  public byte[] toBytes() {
    return raw.clone();
  }

  /** Copies the bytes into an array. */
  public void copyTo(byte[] target, int offset) {
    System.arraycopy(raw, 0, target, offset, BYTES);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Hash256 hash && Arrays.equals(raw, hash.raw);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(raw);
  }

  /** Returns {@code 0x} and 64 hexadecimal digits. */
  @Override
  public String toString() {
    return "0x" + HexFormat.of().formatHex(raw);
  }
}
