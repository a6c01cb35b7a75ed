package io.tributary.cacher.node.metrics;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.tributary.kademlia.KademliaMetrics;
import io.tributary.kademlia.SearchCost;
import io.tributary.kademlia.message.Request;
import io.tributary.kademlia.network.AskFailure;
import io.tributary.kademlia.network.RefusalReason;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

/** What happens in the DHT, by the names in this package's description. Thread-safe. */
public final class DhtMeters implements KademliaMetrics {
  private final MeterRegistry registry;
  private final AtomicInteger peers = new AtomicInteger();

  /** Meters in a registry. */
  public DhtMeters(MeterRegistry registry) {
    this.registry = registry;
    Gauge.builder("cacher.dht.peers", peers, AtomicInteger::get).register(registry);
  }

  /** How many peers are in the routing table. */
  public int peers() {
    return peers.get();
  }

  @Override
  public void refused(RefusalReason reason) {
    registry.counter("cacher.dht.refused", "reason", reason.name()).increment();
  }

  @Override
  public void answered(Request.Kind kind) {
    registry
        .counter("cacher.dht.requests", "direction", "ANSWERED", "kind", kind.name())
        .increment();
  }

  @Override
  public void asked(Request.Kind kind, Duration took) {
    registry.counter("cacher.dht.requests", "direction", "ASKED", "kind", kind.name()).increment();
  }

  @Override
  public void askFailed(Request.Kind kind, AskFailure failure) {
    registry
        .counter("cacher.dht.failures", "kind", kind.name(), "reason", failure.name())
        .increment();
  }

  @Override
  public void searched(SearchCost cost) {
    registry.counter("cacher.dht.searches", "end", cost.end().name()).increment();
  }

  @Override
  public void peers(int known) {
    peers.set(known);
  }
}
