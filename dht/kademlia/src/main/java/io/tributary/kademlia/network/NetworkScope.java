package io.tributary.kademlia.network;

import io.tributary.libp2p.limits.PublicNetworks;
import io.tributary.libp2p.multiformats.IpScope;
import io.tributary.libp2p.multiformats.Multiaddr;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * How far a DHT reaches, and so which addresses in it lead anywhere. Immutable.
 *
 * @param isLocal whether it is that of a site or machine, whose own addresses lead somewhere, too
 * @param networks what else counts as public in it
 */
public record NetworkScope(boolean isLocal, PublicNetworks networks) {
  /** The Internet: private, loopback and other special addresses are dropped. */
  public static final NetworkScope INTERNET = new NetworkScope(false, PublicNetworks.INTERNET);

  /** One site or one machine, as a devnet: only what no host can have is dropped. */
  public static final NetworkScope LOCAL = new NetworkScope(true, PublicNetworks.INTERNET);

  /** The same, where these count as public. */
  public NetworkScope with(PublicNetworks others) {
    return new NetworkScope(isLocal, others);
  }

  /** Whether an address leads anywhere; one that is a name may. */
  public boolean isRoutable(Multiaddr address) {
    Optional<IpScope> scope = address.scope();
    return scope
        .map(each -> networks.containsEntrance(address) || isRoutable(each))
        .orElseGet(address::isName);
  }

  private boolean isRoutable(IpScope scope) {
    return switch (scope) {
      case PUBLIC -> true;
      case PRIVATE, SHARED, LOOPBACK, LINK_LOCAL -> isLocal;
      case UNSPECIFIED, MULTICAST, RESERVED -> false;
    };
  }

  /**
   * The addresses that lead somewhere.
   *
   * @param dropped told of each other one
   */
  public List<Multiaddr> routable(List<Multiaddr> addresses, Consumer<RefusalReason> dropped) {
    if (addresses.stream().allMatch(this::isRoutable)) {
      return addresses;
    }
    return addresses.stream()
        .filter(
            address -> {
              boolean kept = isRoutable(address);
              if (!kept) {
                dropped.accept(RefusalReason.UNROUTABLE_ADDRESS);
              }
              return kept;
            })
        .toList();
  }
}
