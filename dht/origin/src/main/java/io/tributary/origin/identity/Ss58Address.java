package io.tributary.origin.identity;

import io.tributary.content.AccountId;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.bouncycastle.crypto.digests.Blake2bDigest;

/**
 * An account together with the network it is written for: Substrate's SS58 address.
 *
 * <pre>{@code
 * base58( | prefix: 1 or 2 bytes | account: 32 bytes | checksum: 2 bytes | )
 *
 * prefix 0..63       1 byte   00pppppp
 * prefix 64..16383   2 bytes  01pppppp ppPPPPPP   the low byte's high six bits, then its low
 *                                                 two bits over the six high bits
 * checksum           first 2 bytes of blake2b-512("SS58PRE" prefix account)
 * }</pre>
 *
 * @param prefix the network's number, 0 to {@link #MAX_PREFIX}
 * @param account the account
 */
public record Ss58Address(int prefix, AccountId account) {
  /** The network number of CESS's testnet; its addresses start with {@code cX}. */
  public static final int CESS_TESTNET = 11330;

  /** The network number of CESS's mainnet; its addresses start with {@code ce}. */
  public static final int CESS_MAINNET = 11331;

  /** The number that stands for any Substrate network. */
  public static final int SUBSTRATE = 42;

  /** The largest number that fits two bytes. */
  public static final int MAX_PREFIX = 16383;

  private static final int MAX_ONE_BYTE_PREFIX = 63;
  private static final int CHECKSUM_BYTES = 2;
  private static final int MAX_CHARS = 50;
  private static final byte[] DOMAIN = "SS58PRE".getBytes(StandardCharsets.US_ASCII);

  /**
   * Checks the number.
   *
   * @throws IllegalArgumentException if the prefix is not 0 to {@link #MAX_PREFIX}
   */
  public Ss58Address {
    if (prefix < 0 || prefix > MAX_PREFIX) {
      throw new IllegalArgumentException(
          "an SS58 prefix is 0 to " + MAX_PREFIX + ", this is " + prefix);
    }
  }

  /**
   * Reads an address of any network and accepts only the text {@link #toString} would write.
   *
   * @throws MalformedAddressException if it is anything else: a wrong character, length, prefix
   *     form or checksum
   */
  public static Ss58Address parse(CharSequence text) {
    if (text.length() > MAX_CHARS) {
      throw new MalformedAddressException(
          "an address has at most " + MAX_CHARS + " characters, this has " + text.length());
    }
    byte[] bytes = Base58.decode(text);
    int prefixBytes = bytes.length - AccountId.BYTES - CHECKSUM_BYTES;
    if (prefixBytes < 1 || prefixBytes > 2) {
      throw new MalformedAddressException(
          "an address of a 32-byte account has 35 or 36 bytes, this has " + bytes.length);
    }
    int prefix = readPrefix(bytes, prefixBytes);
    byte[] checked = Arrays.copyOf(bytes, bytes.length - CHECKSUM_BYTES);
    byte[] checksum = Arrays.copyOfRange(bytes, checked.length, bytes.length);
    if (!Arrays.equals(checksum, checksum(checked))) {
      throw new MalformedAddressException("the checksum of the address is wrong");
    }
    byte[] account = Arrays.copyOfRange(checked, prefixBytes, checked.length);
    return new Ss58Address(prefix, AccountId.of(account));
  }

  /**
   * Reads an address that must be of one network.
   *
   * @throws MalformedAddressException if it is malformed or of another network
   */
  public static AccountId parse(CharSequence text, int prefix) {
    Ss58Address address = parse(text);
    if (address.prefix != prefix) {
      throw new MalformedAddressException(
          "the address is of network " + address.prefix + ", expected " + prefix);
    }
    return address.account;
  }

  /** Returns the address in base 58. */
  @Override
  public String toString() {
    byte[] prefixBytes = writePrefix(prefix);
    int bodyBytes = prefixBytes.length + AccountId.BYTES;
    byte[] bytes = Arrays.copyOf(prefixBytes, bodyBytes + CHECKSUM_BYTES);
    System.arraycopy(account.toBytes(), 0, bytes, prefixBytes.length, AccountId.BYTES);
    byte[] checksum = checksum(Arrays.copyOf(bytes, bodyBytes));
    System.arraycopy(checksum, 0, bytes, bodyBytes, CHECKSUM_BYTES);
    return Base58.encode(bytes);
  }

  private static byte[] writePrefix(int prefix) {
    if (prefix <= MAX_ONE_BYTE_PREFIX) {
      return new byte[] {(byte) prefix};
    }
    return new byte[] {
      (byte) (0x40 | ((prefix & 0xfc) >> 2)), (byte) ((prefix >> 8) | ((prefix & 0x03) << 6))
    };
  }

  private static int readPrefix(byte[] bytes, int prefixBytes) {
    int first = bytes[0] & 0xff;
    if (prefixBytes == 1) {
      if (first > MAX_ONE_BYTE_PREFIX) {
        throw new MalformedAddressException("the prefix " + first + " needs two bytes");
      }
      return first;
    }
    int second = bytes[1] & 0xff;
    int prefix = ((first & 0x3f) << 2) | (second >> 6) | ((second & 0x3f) << 8);
    if (first >> 6 != 1 || prefix <= MAX_ONE_BYTE_PREFIX) {
      throw new MalformedAddressException("the two-byte prefix is not in its shortest form");
    }
    return prefix;
  }

  private static byte[] checksum(byte[] body) {
    Blake2bDigest blake2b = new Blake2bDigest(512);
    blake2b.update(DOMAIN, 0, DOMAIN.length);
    blake2b.update(body, 0, body.length);
    byte[] hash = new byte[blake2b.getDigestSize()];
    blake2b.doFinal(hash, 0);
    return Arrays.copyOf(hash, CHECKSUM_BYTES);
  }
}
