package io.tributary.libp2p.portmap;

import io.netty.util.NetUtil;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Optional;

/** Addresses of IPv4, of bytes and of text; nothing is ever looked up. */
final class Ip4 {

  private Ip4() {}

  /** The address of four bytes. */
  static Inet4Address of(byte[] bytes) {
    try {
      return (Inet4Address) InetAddress.getByAddress(bytes);
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException("an address of IPv4 has 4 bytes, not " + bytes.length, e);
    }
  }

  /** The address that a text has the digits of. */
  static Optional<Inet4Address> parse(String text) {
    return NetUtil.isValidIpV4Address(text)
        ? Optional.of(of(NetUtil.createByteArrayFromIpAddressString(text)))
        : Optional.empty();
  }
}
