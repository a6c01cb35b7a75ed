package io.tributary.kademlia;

import io.tributary.kademlia.key.DhtKey;
import io.tributary.kademlia.key.Position;
import io.tributary.kademlia.message.Contact;
import io.tributary.kademlia.network.KademliaNetwork;
import io.tributary.kademlia.routing.RoutingTable;
import io.tributary.libp2p.multiformats.PeerId;
import io.tributary.libp2p.time.Timekeeper;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.random.RandomGenerator;

/**
 * Keeps the routing table true: finds the network at first, looks for neighbours and into buckets
 * that were not used, and checks peers that were not heard of.
 */
final class Upkeep {

  /** Buckets that are refreshed: finding a key for a deeper one takes too many hashes. */
  static final int MAX_REFRESHED = 15;

  private static final Duration TICK = Duration.ofMinutes(1);
  private static final Duration FIRST_RETRY = Duration.ofSeconds(5);

  /** Looks for a key, and tells when it is done. */
  interface Searcher extends BiConsumer<DhtKey, Runnable> {}

  private final PeerId self;
  private final Position position;
  private final KademliaConfig config;
  private final Timekeeper time;
  private final RandomGenerator random;
  private final RoutingTable table;
  private final Asker asker;
  private final KademliaNetwork network;
  private final Searcher searcher;
  private final long[] searchedNanos = new long[MAX_REFRESHED];
  private Duration retry = FIRST_RETRY;
  private long selfSearchedNanos;
  private boolean joined;
  private boolean refreshing;
  private boolean stopped;

  Upkeep(
      PeerId self,
      KademliaConfig config,
      Timekeeper time,
      RandomGenerator random,
      RoutingTable table,
      Asker asker,
      KademliaNetwork network,
      Searcher searcher) {
    this.self = self;
    this.position = Position.ofHashed(self.toBytes());
    this.config = config;
    this.time = time;
    this.random = random;
    this.table = table;
    this.asker = asker;
    this.network = network;
    this.searcher = searcher;
    Arrays.fill(searchedNanos, time.nanoTime());
  }

  /** Begins, with peers remembered from before. */
  void start(List<Contact> remembered) {
    remembered.forEach(asker::check);
    config.bootstrap().forEach(network::connect);
    join();
    time.after(randomly(TICK), this::tick);
  }

  void stop() {
    stopped = true;
  }

  /** Becomes part of the network as soon as any peer is known. */
  private void join() {
    if (stopped || joined) {
      return;
    }
    if (table.size() == 0) {
      time.after(
          retry,
          () -> {
            if (table.size() == 0) {
              config.bootstrap().forEach(network::connect);
            }
            join();
          });
      retry = retry.multipliedBy(2).compareTo(TICK) < 0 ? retry.multipliedBy(2) : TICK;
      return;
    }
    joined = true;
    searchSelf(() -> refreshFrom(0, true));
  }

  /** A first peer has answered. */
  void onPeers() {
    if (!joined) {
      join();
    }
  }

  private void tick() {
    if (stopped) {
      return;
    }
    time.after(TICK.plus(randomly(Duration.ofSeconds(5))), this::tick);
    if (table.size() < config.upkeep().enoughPeers()) {
      config.bootstrap().forEach(network::connect);
    }
    if (!joined) {
      return;
    }
    long now = time.nanoTime();
    table
        .leastUseful(config.upkeep().checksPerMinute(), config.upkeep().check(), now)
        .forEach(asker::check);
    if (now - selfSearchedNanos >= config.upkeep().selfLookup().toNanos()) {
      searchSelf(() -> {});
    }
    refreshFrom(0, false);
  }

  private void searchSelf(Runnable done) {
    selfSearchedNanos = time.nanoTime();
    searcher.accept(DhtKey.of(self), done);
  }

  /** Refreshes the buckets that need it, one after the other. */
  private void refreshFrom(int first, boolean all) {
    if (stopped || (first == 0 && refreshing)) {
      return;
    }
    int end = Math.min(MAX_REFRESHED, firstOwnBucket());
    for (int bucket = first; bucket < end; bucket++) {
      if (all ? table.size(bucket) < config.routing().bucketSize() : isDue(bucket)) {
        Optional<DhtKey> key = keyIn(bucket);
        if (key.isPresent()) {
          int next = bucket + 1;
          refreshing = true;
          searcher.accept(key.get(), () -> refreshFrom(next, all));
          return;
        }
      }
    }
    refreshing = false;
  }

  /**
   * The first of the deepest buckets that together hold no more than the k nearest peers: of those
   * the search for oneself has found all there are.
   */
  private int firstOwnBucket() {
    int bucket = table.deepestBucket() + 1;
    int nearest = 0;
    while (bucket > 0 && nearest + table.size(bucket - 1) <= config.lookups().replication()) {
      bucket--;
      nearest += table.size(bucket);
    }
    return bucket;
  }

  private boolean isDue(int bucket) {
    return time.nanoTime() - searchedNanos[bucket] >= config.upkeep().bucketRefresh().toNanos();
  }

  /** Notes that a key has been searched, and so its bucket refreshed. */
  void onSearched(DhtKey key) {
    int bucket = table.bucketOf(key.position());
    if (bucket < MAX_REFRESHED) {
      searchedNanos[bucket] = time.nanoTime();
    }
  }

  /** A key whose hash falls into a bucket, found by trying. */
  private Optional<DhtKey> keyIn(int bucket) {
    byte[] bytes = new byte[32];
    random.nextBytes(bytes);
    for (int tries = 0; tries < (16 << bucket); tries++) {
      bytes[tries & 1]++;
      bytes[2 + ((tries >>> 1) & 7)] += (byte) (tries >>> 3);
      if (position.commonPrefixBits(Position.ofHashed(bytes)) == bucket) {
        return Optional.of(DhtKey.of(Arrays.copyOf(bytes, bytes.length)));
      }
    }
    return Optional.empty();
  }

  private Duration randomly(Duration atMost) {
    return Duration.ofNanos(random.nextLong(atMost.toNanos()));
  }
}
