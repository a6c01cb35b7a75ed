package io.tributary.cacher.node.metrics;

import io.micrometer.core.instrument.MeterRegistry;
import io.tributary.region.RegionMetrics;
import io.tributary.region.record.Refusal;

/** What happens in the region, by the names in this package's description. Thread-safe. */
public final class RegionMeters implements RegionMetrics {
  private final MeterRegistry registry;

  /** Meters in a registry. */
  public RegionMeters(MeterRegistry registry) {
    this.registry = registry;
  }

  private void event(String event) {
    registry.counter("cacher.region.events", "event", event).increment();
  }

  @Override
  public void refused(Refusal reason) {
    registry.counter("cacher.region.refused", "reason", reason.name()).increment();
  }

  @Override
  public void addressDropped() {
    event("ADDRESS_DROPPED");
  }

  @Override
  public void memberJoined() {
    event("JOINED");
  }

  @Override
  public void memberLeft() {
    event("LEFT");
  }

  @Override
  public void memberSuspected() {
    event("SUSPECTED");
  }

  @Override
  public void refuted() {
    event("REFUTED");
  }

  @Override
  public void gossipSent(int bytes) {
    registry.counter("cacher.region.gossip.bytes", "direction", "SENT").increment(bytes);
  }

  @Override
  public void gossipReceived(int bytes) {
    registry.counter("cacher.region.gossip.bytes", "direction", "RECEIVED").increment(bytes);
  }
}
