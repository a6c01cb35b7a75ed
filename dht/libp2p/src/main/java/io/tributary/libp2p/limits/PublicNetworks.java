package io.tributary.libp2p.limits;

import io.tributary.libp2p.multiformats.Multiaddr;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;

/**
 * Which IP addresses count as reachable from everywhere: the Internet's, and whatever else is said
 * to be, as in a laboratory without an Internet. Immutable.
 *
 * @param others blocks that count as public although their registration says otherwise
 */
public record PublicNetworks(List<IpPrefix> others) {

  /** The Internet alone. */
  public static final PublicNetworks INTERNET = new PublicNetworks(List.of());

  public PublicNetworks {
    others = List.copyOf(others);
  }

  /** Whether a direct address can be reached from everywhere; one by a name or a relay can't. */
  public boolean contains(Multiaddr address) {
    return !address.isRelayed()
        && (address.isPublic()
            || address
                .toSocketAddress()
                .map(InetSocketAddress::getAddress)
                .filter(this::isListed)
                .isPresent());
  }

  /** Whether the way to an address begins at a public one: it is one itself, or its relay's is. */
  public boolean containsEntrance(Multiaddr address) {
    return contains(address.relay().map(Multiaddr::withoutPeerId).orElse(address));
  }

  private boolean isListed(InetAddress address) {
    return others.stream().anyMatch(each -> each.contains(address));
  }
}
