package io.tributary.libp2p.multiformats;

/**
 * How far an IP address reaches.
 *
 * <p>An IPv6 address that only wraps an IPv4 address (mapped, NAT64, 6to4) has the scope of the
 * wrapped one, so that a peer cannot make us dial our own network by writing it differently.
 *
 * @see <a href="https://www.iana.org/assignments/iana-ipv4-special-registry">IPv4 special
 *     registry</a>
 * @see <a href="https://www.iana.org/assignments/iana-ipv6-special-registry">IPv6 special
 *     registry</a>
 */
public enum IpScope {
  /** Means every address of this host: 0.0.0.0 and ::, which one listens on and never dials. */
  UNSPECIFIED,
  /** This host: 127.0.0.0/8, ::1. */
  LOOPBACK,
  /** This wire: 169.254.0.0/16, fe80::/10. */
  LINK_LOCAL,
  /** This site: 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16, fc00::/7. */
  PRIVATE,
  /** The network of a provider behind its NAT: 100.64.0.0/10. */
  SHARED,
  /** A group of hosts: 224.0.0.0/4, ff00::/8. */
  MULTICAST,
  /** No host at all: documentation, benchmarks, broadcast, unassigned. */
  RESERVED,
  /** The Internet. */
  PUBLIC;

  /**
   * Returns the scope of an address.
   *
   * @param address 4 or 16 bytes in network order
   */
  public static IpScope of(byte[] address) {
    return switch (address.length) {
      case 4 -> ofIp4(word(address, 0));
      case 16 -> ofIp6(address);
      default ->
          throw new IllegalArgumentException(
              "an IP address has 4 or 16 bytes, this has " + address.length);
    };
  }

  private static IpScope ofIp4(int ip) {
    if (ip == 0) {
      return UNSPECIFIED;
    } else if (in(ip, 0x7f000000, 8)) {
      return LOOPBACK;
    } else if (in(ip, 0xa9fe0000, 16)) {
      return LINK_LOCAL;
    } else if (in(ip, 0x0a000000, 8) || in(ip, 0xac100000, 12) || in(ip, 0xc0a80000, 16)) {
      return PRIVATE;
    } else if (in(ip, 0x64400000, 10)) {
      return SHARED;
    } else if (in(ip, 0xe0000000, 4)) {
      return MULTICAST;
    }
    boolean reserved =
        in(ip, 0x00000000, 8) // this network
            || in(ip, 0xc0000000, 24) // protocol assignments
            || in(ip, 0xc0000200, 24) // TEST-NET-1
            || in(ip, 0xc6120000, 15) // benchmarks
            || in(ip, 0xc6336400, 24) // TEST-NET-2
            || in(ip, 0xcb007100, 24) // TEST-NET-3
            || in(ip, 0xf0000000, 4); // future use, broadcast
    return reserved ? RESERVED : PUBLIC;
  }

  private static IpScope ofIp6(byte[] ip) {
    int first = word(ip, 0);
    int second = word(ip, 4);
    int third = word(ip, 8);
    int fourth = word(ip, 12);
    if (first == 0 && second == 0) {
      if (third == 0xffff) {
        return ofIp4(fourth); // ::ffff:a.b.c.d
      } else if (third == 0 && fourth == 0) {
        return UNSPECIFIED;
      } else if (third == 0 && fourth == 1) {
        return LOOPBACK;
      }
      return RESERVED;
    } else if (first == 0x0064ff9b && second == 0 && third == 0) {
      return ofIp4(fourth); // NAT64
    } else if (in(first, 0x20020000, 16)) {
      return ofIp4(first << 16 | second >>> 16); // 6to4
    } else if (in(first, 0xfe800000, 10)) {
      return LINK_LOCAL;
    } else if (in(first, 0xfc000000, 7)) {
      return PRIVATE;
    } else if (in(first, 0xff000000, 8)) {
      return MULTICAST;
    } else if (first == 0x20010db8 || in(first, 0x3fff0000, 20)) {
      return RESERVED; // documentation
    }
    return in(first, 0x20000000, 3) ? PUBLIC : RESERVED;
  }

  private static boolean in(int ip, int network, int prefixBits) {
    return (ip ^ network) >>> (Integer.SIZE - prefixBits) == 0;
  }

  private static int word(byte[] bytes, int at) {
    return (bytes[at] & 0xff) << 24
        | (bytes[at + 1] & 0xff) << 16
        | (bytes[at + 2] & 0xff) << 8
        | (bytes[at + 3] & 0xff);
  }
}
