package io.tributary.kademlia.network;

import io.tributary.libp2p.multiformats.IpScope;
import io.tributary.libp2p.multiformats.Multiaddr;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** How far a DHT reaches, and so which addresses in it lead anywhere. */
public enum NetworkScope {
  /** The Internet: private, loopback and other special addresses are dropped. */
  INTERNET,
  /** One site or one machine, as a devnet: only what no host can have is dropped. */
  LOCAL;

  /** Whether an address leads anywhere; one that is a name may. */
  public boolean isRoutable(Multiaddr address) {
    Optional<IpScope> scope = address.scope();
    return scope.map(this::isRoutable).orElseGet(address::isName);
  }

  private boolean isRoutable(IpScope scope) {
    return switch (scope) {
      case PUBLIC -> true;
      case PRIVATE, SHARED, LOOPBACK, LINK_LOCAL -> this == LOCAL;
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
