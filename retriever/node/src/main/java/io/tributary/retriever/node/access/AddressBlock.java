package io.tributary.retriever.node.access;

import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;

/**
 * A block of IP addresses, as {@code 10.0.0.0/8}, {@code 2001:db8::/32} or one address.
 *
 * @param network the first address of the block
 * @param prefixBits how many leading bits all its addresses share
 */
public record AddressBlock(InetAddress network, int prefixBits) {
  /**
   * Reads a block.
   *
   * @throws IllegalArgumentException if it is none, or names bits after its prefix
   */
  public static AddressBlock parse(String text) {
    int slash = text.indexOf('/');
    byte[] raw = NetUtil.createByteArrayFromIpAddressString(slash < 0 ? text : text.substring(0, slash));
    if (raw == null) {
      throw new IllegalArgumentException("is not an IP address or a block such as 10.0.0.0/8");
    }
    int bits = raw.length * Byte.SIZE;
    if (slash >= 0) {
      String suffix = text.substring(slash + 1);
      if (!suffix.matches("\\d{1,3}") || Integer.parseInt(suffix) > bits) {
        throw new IllegalArgumentException("has no prefix length of 0 to " + bits);
      }
      bits = Integer.parseInt(suffix);
    }
    if (!Arrays.equals(raw, masked(raw, bits))) {
      throw new IllegalArgumentException("has bits set after its prefix of " + bits);
    }
    return new AddressBlock(address(raw), bits);
  }

  /** Returns the block of an address with a prefix. */
  public static AddressBlock around(InetAddress address, int prefixBits) {
    byte[] raw = address.getAddress();
    int bits = Math.min(prefixBits, raw.length * Byte.SIZE);
    return new AddressBlock(address(masked(raw, bits)), bits);
  }

  /** Tells whether an address lies in it; never so for one of the other IP version. */
  public boolean contains(InetAddress address) {
    byte[] raw = address.getAddress();
    return raw.length == network.getAddress().length
        && Arrays.equals(masked(raw, prefixBits), network.getAddress());
  }

  private static byte[] masked(byte[] raw, int bits) {
    byte[] masked = new byte[raw.length];
    for (int i = 0; i < raw.length; i++) {
      int kept = Math.max(0, Math.min(Byte.SIZE, bits - i * Byte.SIZE));
      masked[i] = (byte) (raw[i] & (0xff00 >> kept));
    }
    return masked;
  }

  private static InetAddress address(byte[] raw) {
    try {
      return InetAddress.getByAddress(raw);
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException("is not an IP address", e);
    }
  }
}
