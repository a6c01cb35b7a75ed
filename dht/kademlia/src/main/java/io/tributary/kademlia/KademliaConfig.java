package io.tributary.kademlia;

import io.tributary.kademlia.routing.RoutingLimits;
import io.tributary.kademlia.store.ProviderLimits;
import io.tributary.kademlia.store.ValueLimits;
import io.tributary.libp2p.multiformats.Multiaddr;
import java.time.Duration;
import java.util.List;

/**
 * How a {@link Kademlia} node behaves.
 *
 * @param mode whether it answers others
 * @param bootstrap addresses by which the network is found at first; names are looked up
 * @param lookups how it searches
 * @param routing whom it knows
 * @param upkeep how it keeps knowing them
 * @param providers what it keeps of others' announcements
 * @param values what it keeps of others' values
 * @param errands how it repeats its own
 */
public record KademliaConfig(
    Mode mode,
    List<Multiaddr> bootstrap,
    Lookups lookups,
    RoutingLimits routing,
    Upkeep upkeep,
    ProviderLimits providers,
    ValueLimits values,
    Repeats errands) {

  public KademliaConfig {
    bootstrap = List.copyOf(bootstrap);
  }

  /** The defaults of a server on the Internet. */
  public static KademliaConfig server(List<Multiaddr> bootstrap) {
    return new KademliaConfig(
        Mode.SERVER,
        bootstrap,
        Lookups.defaults(),
        RoutingLimits.diverse(),
        Upkeep.defaults(),
        ProviderLimits.defaults(),
        ValueLimits.defaults(),
        Repeats.defaults());
  }

  /** The same in another mode. */
  public KademliaConfig with(Mode other) {
    return new KademliaConfig(
        other, bootstrap, lookups, routing, upkeep, providers, values, errands);
  }

  /** The same with other limits of the routing table. */
  public KademliaConfig with(RoutingLimits other) {
    return new KademliaConfig(mode, bootstrap, lookups, other, upkeep, providers, values, errands);
  }

  /** The same with other upkeep. */
  public KademliaConfig with(Upkeep other) {
    return new KademliaConfig(mode, bootstrap, lookups, routing, other, providers, values, errands);
  }

  /** The same with other lookups. */
  public KademliaConfig with(Lookups other) {
    return new KademliaConfig(mode, bootstrap, other, routing, upkeep, providers, values, errands);
  }

  /** The same with other limits of provider records. */
  public KademliaConfig with(ProviderLimits other) {
    return new KademliaConfig(mode, bootstrap, lookups, routing, upkeep, other, values, errands);
  }

  /** The same with another rhythm of its own announcements. */
  public KademliaConfig with(Repeats other) {
    return new KademliaConfig(mode, bootstrap, lookups, routing, upkeep, providers, values, other);
  }

  /**
   * How searches are done.
   *
   * @param parallel requests of a search under way at a time, slow ones not counted; Kademlia's α
   * @param replication how many of the nearest peers must have answered, and get records; its k
   * @param maxRequests of one search
   * @param maxSearches at a time; more are refused
   * @param deadline of one search
   * @param minRequest the shortest deadline of a request, however fast peers have been
   * @param maxRequest the longest
   */
  public record Lookups(
      int parallel,
      int replication,
      int maxRequests,
      int maxSearches,
      Duration deadline,
      Duration minRequest,
      Duration maxRequest) {

    public Lookups {
      if (parallel < 1 || replication < 1 || maxRequests < replication || maxSearches < 1) {
        throw new IllegalArgumentException(
            "parallel "
                + parallel
                + ", replication "
                + replication
                + ", maxRequests "
                + maxRequests
                + ", maxSearches "
                + maxSearches);
      }
    }

    /** As the libp2p specification has it. */
    public static Lookups defaults() {
      return new Lookups(
          10, 20, 200, 1_000, Duration.ofMinutes(1), Duration.ofSeconds(1), Duration.ofSeconds(10));
    }
  }

  /**
   * How the routing table is kept.
   *
   * @param selfLookup how often the node looks for its own neighbours
   * @param bucketRefresh after what time without a search in it a bucket is searched
   * @param check after what time without use a peer is checked
   * @param checksPerMinute how many peers are checked at most
   * @param enoughPeers with fewer in the table the bootstrap list is used again
   * @param strikes failures in a row after which a peer loses its place
   */
  public record Upkeep(
      Duration selfLookup,
      Duration bucketRefresh,
      Duration check,
      int checksPerMinute,
      int enoughPeers,
      int strikes) {

    /** For a node that is there to stay. */
    public static Upkeep defaults() {
      return new Upkeep(
          Duration.ofMinutes(10), Duration.ofHours(1), Duration.ofMinutes(20), 3, 10, 2);
    }
  }

  /**
   * How own announcements and values are repeated.
   *
   * @param interval between two of the same
   * @param parallel how many are under way at a time
   * @param retry after what time one is done again that reached nobody
   */
  public record Repeats(Duration interval, int parallel, Duration retry) {

    /** Every 22 hours, four at a time. */
    public static Repeats defaults() {
      return new Repeats(Duration.ofHours(22), 4, Duration.ofMinutes(5));
    }
  }
}
