package io.tributary.region.placement;

import io.tributary.libp2p.limits.IpPrefix;
import io.tributary.libp2p.multiformats.Multiaddr;
import io.tributary.region.record.CacherRecord;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Optional;

/**
 * The block of addresses a member lives in, which probably is one operator's or one site's.
 *
 * @param prefix the first {@value #IP4_BITS} bits of an IPv4 address or {@value #IP6_BITS} of an
 *     IPv6 address; empty for the one group of all members that show no IP address
 */
record AddressGroup(Optional<IpPrefix> prefix) {
  static final int IP4_BITS = 24;
  static final int IP6_BITS = 48;

  private static final AddressGroup UNNUMBERED = new AddressGroup(Optional.empty());

  /** The group of the first address that begins with an IP address. */
  static AddressGroup of(CacherRecord record) {
    for (Multiaddr address : record.addresses()) {
      Optional<InetAddress> ip = address.toSocketAddress().map(InetSocketAddress::getAddress);
      if (ip.isPresent()) {
        int bits = ip.get() instanceof Inet4Address ? IP4_BITS : IP6_BITS;
        return new AddressGroup(Optional.of(IpPrefix.of(ip.get(), bits)));
      }
    }
    return UNNUMBERED;
  }
}
