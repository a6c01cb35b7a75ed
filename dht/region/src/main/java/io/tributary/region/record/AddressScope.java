package io.tributary.region.record;

import io.tributary.libp2p.multiformats.IpScope;
import io.tributary.libp2p.multiformats.Multiaddr;
import java.util.Optional;

/** Which addresses are worth dialling in a network. */
public enum AddressScope {
  /** The Internet: public IP addresses and names. */
  PUBLIC,
  /** A network of one site or one machine: its own addresses too. */
  LOCAL;

  /** Tells whether an address can be reached by all nodes of the network. */
  public boolean isRoutable(Multiaddr address) {
    Optional<IpScope> scope = address.scope();
    if (scope.isEmpty()) {
      return address.isName();
    }
    return switch (scope.get()) {
      case PUBLIC -> true;
      case LOOPBACK, LINK_LOCAL, PRIVATE, SHARED -> this == LOCAL;
      case UNSPECIFIED, MULTICAST, RESERVED -> false;
    };
  }
}
