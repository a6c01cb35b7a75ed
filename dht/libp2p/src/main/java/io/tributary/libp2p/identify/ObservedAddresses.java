package io.tributary.libp2p.identify;

import io.tributary.libp2p.limits.IpPrefix;
import io.tributary.libp2p.multiformats.AddressProtocol;
import io.tributary.libp2p.multiformats.Multiaddr;
import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The addresses under which peers see this host. One is believed when enough peers agree on it that
 * do not sit in one network: peers of one /16 of IPv4, or one /32 of IPv6, count once. Thread-safe.
 */
public final class ObservedAddresses {

  /** How many networks must agree, by default. */
  public static final int DEFAULT_THRESHOLD = 4;

  /** How long an observation counts. */
  public static final Duration LIFE = Duration.ofMinutes(40);

  /** The most addresses watched; the longest unseen goes first. */
  public static final int MAX_ADDRESSES = 64;

  /** The most observers counted per address. */
  public static final int MAX_OBSERVERS = 64;

  /**
   * The most addresses that one observer's network is believed to see us under; with a further one
   * it takes its first word back. Else a single liar could push all others out.
   */
  public static final int MAX_PER_OBSERVER = 4;

  private final int threshold;
  private final InstantSource clock;
  private final Map<Multiaddr, Map<IpPrefix, Instant>> observers =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Multiaddr, Map<IpPrefix, Instant>> eldest) {
          return size() > MAX_ADDRESSES;
        }
      };

  /**
   * Nothing observed.
   *
   * @param threshold how many networks must agree; at least 1
   */
  public ObservedAddresses(int threshold, InstantSource clock) {
    if (threshold < 1) {
      throw new IllegalArgumentException("threshold " + threshold + " is less than 1");
    }
    this.threshold = threshold;
    this.clock = clock;
  }

  /** A peer with this address says that it sees us under that one. */
  public synchronized void add(Multiaddr observed, InetAddress observer) {
    IpPrefix network = IpPrefix.ofNetwork(observer);
    Map<IpPrefix, Instant> seen = observers.computeIfAbsent(observed, key -> new HashMap<>());
    if (seen.size() < MAX_OBSERVERS || seen.containsKey(network)) {
      seen.put(network, clock.instant());
      takeBackFirst(network);
    }
  }

  private void takeBackFirst(IpPrefix network) {
    List<Map<IpPrefix, Instant>> said =
        observers.values().stream().filter(each -> each.containsKey(network)).toList();
    if (said.size() > MAX_PER_OBSERVER) {
      // Of equally old words the first in the order of use goes.
      said.stream()
          .min(Comparator.comparing(each -> each.getOrDefault(network, Instant.MAX)))
          .ifPresent(oldest -> oldest.remove(network));
      observers.values().removeIf(Map::isEmpty);
    }
  }

  /** How many addresses are watched. */
  public synchronized int size() {
    return observers.size();
  }

  /** The addresses that enough peers agree on now. */
  public synchronized Set<Multiaddr> confirmed() {
    Instant oldest = clock.instant().minus(LIFE);
    Set<Multiaddr> confirmed = new LinkedHashSet<>();
    observers
        .entrySet()
        .removeIf(
            entry -> {
              entry.getValue().values().removeIf(seen -> !seen.isAfter(oldest));
              if (entry.getValue().size() >= threshold) {
                confirmed.add(entry.getKey());
              }
              return entry.getValue().isEmpty();
            });
    return confirmed;
  }

  /** The addresses that somebody has seen lately, the last seen first. */
  public synchronized List<Multiaddr> latest() {
    Instant oldest = clock.instant().minus(LIFE);
    return observers.entrySet().stream()
        .map(each -> Map.entry(each.getKey(), latest(each.getValue())))
        .filter(each -> each.getValue().isAfter(oldest))
        .sorted(Map.Entry.<Multiaddr, Instant>comparingByValue().reversed())
        .map(Map.Entry::getKey)
        .toList();
  }

  /**
   * What a NAT on the way makes of a port that this host listens at.
   *
   * @param transport the last protocol of the addresses to look at, such as {@code tcp}
   */
  public synchronized NatMapping mapping(AddressProtocol transport) {
    Instant oldest = clock.instant().minus(LIFE);
    Set<IpPrefix> networks = new HashSet<>();
    boolean agreed = false;
    for (Map.Entry<Multiaddr, Map<IpPrefix, Instant>> each : observers.entrySet()) {
      List<AddressProtocol> protocols = each.getKey().protocols();
      if (protocols.get(protocols.size() - 1) == transport) {
        List<IpPrefix> fresh =
            each.getValue().entrySet().stream()
                .filter(seen -> seen.getValue().isAfter(oldest))
                .map(Map.Entry::getKey)
                .toList();
        agreed |= fresh.size() > 1;
        networks.addAll(fresh);
      }
    }
    if (agreed) {
      return NatMapping.ENDPOINT_INDEPENDENT;
    }
    return networks.size() > 1 ? NatMapping.ENDPOINT_DEPENDENT : NatMapping.UNKNOWN;
  }

  private static Instant latest(Map<IpPrefix, Instant> seen) {
    return seen.values().stream().max(Comparator.naturalOrder()).orElse(Instant.MIN);
  }

  /** All addresses that somebody has seen, for a check by other means. */
  public synchronized Set<Multiaddr> candidates() {
    return Set.copyOf(observers.keySet());
  }
}
