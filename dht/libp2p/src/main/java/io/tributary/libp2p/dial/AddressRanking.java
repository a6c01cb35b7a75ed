package io.tributary.libp2p.dial;

import io.tributary.libp2p.multiformats.AddressProtocol;
import io.tributary.libp2p.multiformats.IpScope;
import io.tributary.libp2p.multiformats.Multiaddr;
import io.tributary.libp2p.transport.Transport;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/**
 * The order in which a peer's addresses are tried: direct ones before relayed ones, transports in
 * the host's order, and within a transport the two IP versions by turns, IPv6 first, so that one
 * broken version delays by one step only.
 */
public final class AddressRanking {

  private static final Set<IpScope> UNDIALLABLE =
      EnumSet.of(IpScope.UNSPECIFIED, IpScope.MULTICAST);

  private AddressRanking() {}

  /**
   * Ranks addresses and leaves out those that no transport can dial.
   *
   * @param max how many to return at most
   */
  public static List<Multiaddr> rank(
      Collection<Multiaddr> addresses, List<Transport> transports, int max) {
    List<Multiaddr> ranked = new ArrayList<>();
    for (boolean relayed : new boolean[] {false, true}) {
      for (Transport transport : transports) {
        Set<Multiaddr> able = new LinkedHashSet<>();
        for (Multiaddr address : addresses) {
          if (address.isRelayed() == relayed && isDiallable(address, transport)) {
            able.add(address);
          }
        }
        ranked.addAll(byTurns(able));
      }
    }
    return ranked.stream().distinct().limit(max).toList();
  }

  private static boolean isDiallable(Multiaddr address, Transport transport) {
    return address.scope().map(scope -> !UNDIALLABLE.contains(scope)).orElse(true)
        && transport.canDial(address);
  }

  private static List<Multiaddr> byTurns(Set<Multiaddr> addresses) {
    Comparator<Multiaddr> nearestFirst =
        Comparator.comparing(address -> !address.isLoopback() && !address.isPrivate());
    Predicate<Multiaddr> isIp6 = address -> address.has(AddressProtocol.IP6);
    ArrayDeque<Multiaddr> ip6 =
        new ArrayDeque<>(addresses.stream().filter(isIp6).sorted(nearestFirst).toList());
    ArrayDeque<Multiaddr> rest =
        new ArrayDeque<>(addresses.stream().filter(isIp6.negate()).sorted(nearestFirst).toList());
    List<Multiaddr> merged = new ArrayList<>(addresses.size());
    while (!ip6.isEmpty() || !rest.isEmpty()) {
      if (!ip6.isEmpty()) {
        merged.add(ip6.remove());
      }
      if (!rest.isEmpty()) {
        merged.add(rest.remove());
      }
    }
    return merged;
  }
}
