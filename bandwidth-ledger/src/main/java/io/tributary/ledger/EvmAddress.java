package io.tributary.ledger;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.Locale;

/**
 * The 20-byte address of an account or a contract on an EVM chain.
 *
 * <p>As text it is {@code 0x} and 40 hexadecimal digits, whose capitals are a checksum (ERC-55).
 * Ordered by its bytes as an unsigned number.
 */
public final class EvmAddress implements Comparable<EvmAddress> {
  /** The length of the raw form. */
  public static final int BYTES = 20;

  private static final String PREFIX = "0x";
  private static final HexFormat HEX = HexFormat.of();

  private final byte[] raw;

  private EvmAddress(byte[] raw) {
    this.raw = raw;
  }

  /**
   * Wraps 20 raw bytes; the array is copied.
   *
   * @throws MalformedLedgerValueException if there are not exactly 20
   */
  public static EvmAddress of(byte[] raw) {
    if (raw.length != BYTES) {
      throw new MalformedLedgerValueException(
          "an address has " + BYTES + " bytes, not " + raw.length);
    }
    return new EvmAddress(raw.clone());
  }

  /**
   * Reads an address. Digits that are all of one case carry no checksum; with both cases the
   * checksum must be right.
   *
   * @throws MalformedLedgerValueException if it is no address
   */
  public static EvmAddress parse(String text) {
    if (!text.startsWith(PREFIX) || text.length() != PREFIX.length() + 2 * BYTES) {
      throw new MalformedLedgerValueException(
          "an address is 0x and " + 2 * BYTES + " hexadecimal digits");
    }
    String digits = text.substring(PREFIX.length());
    EvmAddress address;
    try {
      address = new EvmAddress(HEX.parseHex(digits));
    } catch (IllegalArgumentException e) {
      throw new MalformedLedgerValueException("an address has hexadecimal digits only");
    }
    boolean hasChecksum =
        !digits.equals(digits.toLowerCase(Locale.ROOT))
            && !digits.equals(digits.toUpperCase(Locale.ROOT));
    if (hasChecksum && !address.toString().equals(text)) {
      throw new MalformedLedgerValueException(
          "the capitals of address "
              + text
              + " are not its checksum (ERC-55): a digit may be wrong");
    }
    return address;
  }

  /** Returns the 20 raw bytes in a new array. */
  public byte[] toBytes() {
    return raw.clone();
  }

  /** Copies the raw bytes into an array. */
  public void copyTo(byte[] target, int offset) {
    System.arraycopy(raw, 0, target, offset, BYTES);
  }

  @Override
  public int compareTo(EvmAddress other) {
    return Arrays.compareUnsigned(raw, other.raw);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof EvmAddress address && Arrays.equals(raw, address.raw);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(raw);
  }

  /** Returns the text with its checksum. */
  @Override
  public String toString() {
    String digits = HEX.formatHex(raw);
    byte[] checksum = Keccak256.hash(digits.getBytes(US_ASCII));
    StringBuilder text = new StringBuilder(PREFIX);
    for (int i = 0; i < digits.length(); i++) {
      int nibble = checksum[i / 2] >> (i % 2 == 0 ? 4 : 0) & 0xF;
      char digit = digits.charAt(i);
      text.append(nibble >= 8 ? Character.toUpperCase(digit) : digit);
    }
    return text.toString();
  }
}
