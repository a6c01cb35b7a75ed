package io.tributary.libp2p.limits;

import io.netty.util.NetUtil;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;

/** A block of IP addresses: those that begin with the same bits. */
public final class IpPrefix {

  private static final int CUSTOMER_IP4_BITS = 32;
  private static final int CUSTOMER_IP6_BITS = 56;
  private static final int NETWORK_IP4_BITS = 16;
  private static final int NETWORK_IP6_BITS = 32;

  private final byte[] bytes;
  private final int bits;

  private IpPrefix(byte[] bytes, int bits) {
    this.bytes = bytes;
    this.bits = bits;
  }

  /**
   * The block of an address.
   *
   * @param bits how many leading bits count; at most the address's own 32 or 128
   */
  public static IpPrefix of(InetAddress address, int bits) {
    byte[] bytes = address.getAddress();
    if (bits < 0 || bits > bytes.length * 8) {
      throw new IllegalArgumentException("a prefix of " + bits + " bits of " + address);
    }
    for (int i = 0; i < bytes.length; i++) {
      int kept = Math.max(0, Math.min(8, bits - 8 * i));
      bytes[i] &= (byte) (0xFF << (8 - kept));
    }
    return new IpPrefix(bytes, bits);
  }

  /**
   * The block that one customer of a provider commands: the address itself of IPv4, a /56 of IPv6.
   */
  public static IpPrefix ofCustomer(InetAddress address) {
    return of(address, address instanceof Inet4Address ? CUSTOMER_IP4_BITS : CUSTOMER_IP6_BITS);
  }

  /**
   * The block within which somebody may hold many addresses at little cost: a /16 of IPv4, a /32 of
   * IPv6. An address of a private network or of this host stands for itself.
   */
  public static IpPrefix ofNetwork(InetAddress address) {
    boolean local = address.isLoopbackAddress() || address.isSiteLocalAddress();
    int bits =
        local
            ? address.getAddress().length * Byte.SIZE
            : address instanceof Inet4Address ? NETWORK_IP4_BITS : NETWORK_IP6_BITS;
    return of(address, bits);
  }

  /** Reads {@code 192.0.2.0/24}, {@code 2001:db8::/32}, or a single address. */
  public static IpPrefix parse(String text) {
    int slash = text.indexOf('/');
    String ip = slash < 0 ? text : text.substring(0, slash);
    byte[] bytes = NetUtil.createByteArrayFromIpAddressString(ip);
    if (bytes == null) {
      throw new IllegalArgumentException("no IP prefix: " + text);
    }
    try {
      int bits = slash < 0 ? bytes.length * 8 : Integer.parseInt(text.substring(slash + 1));
      return of(InetAddress.getByAddress(bytes), bits);
    } catch (NumberFormatException | UnknownHostException e) {
      throw new IllegalArgumentException("no IP prefix: " + text, e);
    }
  }

  /** Whether an address lies in the block. */
  public boolean contains(InetAddress address) {
    return address.getAddress().length == bytes.length && of(address, bits).equals(this);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof IpPrefix that && bits == that.bits && Arrays.equals(bytes, that.bytes);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(bytes) + bits;
  }

  @Override
  public String toString() {
    return NetUtil.bytesToIpAddress(bytes) + "/" + bits;
  }
}
