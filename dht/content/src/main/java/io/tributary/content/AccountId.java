package io.tributary.content;

/**
 * The 32-byte public key by which the chain knows a user or a storage miner.
 *
 * @param key the raw key, in the order the chain stores it
 */
public record AccountId(Digest key) implements Comparable<AccountId> {
  /** The length of the raw form. */
  public static final int BYTES = Digest.BYTES;

  /**
   * Wraps 32 raw bytes; the array is copied.
   *
   * @throws MalformedIdException if there are not exactly 32
   */
  public static AccountId of(byte[] raw) {
    return new AccountId(Digest.of(raw));
  }

  /** Returns the 32 raw bytes in a new array. */
  public byte[] toBytes() {
    return key.toBytes();
  }

  @Override
  public int compareTo(AccountId other) {
    return key.compareTo(other.key);
  }

  /** Returns the raw key in hexadecimal; the SS58 address depends on the network. */
  @Override
  public String toString() {
    return key.toHex();
  }
}
