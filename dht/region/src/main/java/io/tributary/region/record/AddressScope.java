package io.tributary.region.record;

import io.tributary.libp2p.limits.PublicNetworks;
import io.tributary.libp2p.multiformats.IpScope;
import io.tributary.libp2p.multiformats.Multiaddr;
import java.util.Optional;

/**
 * Which addresses are worth dialling in a network. Immutable.
 *
 * @param isLocal whether it is one of a site or machine, whose own addresses lead somewhere, too
 * @param networks what else counts as public in it
 */
public record AddressScope(boolean isLocal, PublicNetworks networks) {
  /** The Internet: public IP addresses and names. */
  public static final AddressScope PUBLIC = new AddressScope(false, PublicNetworks.INTERNET);

  /** A network of one site or one machine: its own addresses too. */
  public static final AddressScope LOCAL = new AddressScope(true, PublicNetworks.INTERNET);

  /** Tells whether an address can be reached by all nodes of the network. */
  public boolean isRoutable(Multiaddr address) {
    Optional<IpScope> scope = address.scope();
    if (scope.isEmpty()) {
      return address.isName();
    }
    return networks.containsEntrance(address)
        || switch (scope.get()) {
          case PUBLIC -> true;
          case LOOPBACK, LINK_LOCAL, PRIVATE, SHARED -> isLocal;
          case UNSPECIFIED, MULTICAST, RESERVED -> false;
        };
  }
}
