package io.tributary.libp2p.metrics.micrometer;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.tributary.libp2p.autonat.Standing;
import io.tributary.libp2p.dcutr.PunchResult;
import io.tributary.libp2p.nat.NatStatus;
import io.tributary.libp2p.nat.NatTraversal;
import io.tributary.libp2p.relay.RelayRefusal;
import io.tributary.libp2p.relay.RelayUsage;
import java.util.function.ToDoubleFunction;

/**
 * How a host is reached, and what it does for others to be, as Micrometer meters by the names in
 * this package's description. Thread-safe.
 */
public final class MicrometerNatMetrics {

  private static final String PREFIX = "libp2p.nat.";

  private final MeterRegistry registry;
  private final NatTraversal traversal;

  private MicrometerNatMetrics(MeterRegistry registry, NatTraversal traversal) {
    this.registry = registry;
    this.traversal = traversal;
  }

  /** Adds the meters of a host's way through NATs. */
  public static void watch(MeterRegistry registry, NatTraversal traversal) {
    new MicrometerNatMetrics(registry, traversal).register();
  }

  private void register() {
    for (Standing each : Standing.values()) {
      gauge("standing", Tags.of("standing", each.name()), now -> now.standing() == each ? 1 : 0);
    }
    gauge("relays.used", Tags.empty(), now -> now.relayAddresses().size());
    for (PunchResult each : PunchResult.values()) {
      count("punches", Tags.of("result", each.name()), now -> now.punches().getOrDefault(each, 0L));
    }
    gauge("relay.reservations", Tags.empty(), relay(RelayUsage::reservations));
    gauge("relay.circuits", Tags.empty(), relay(RelayUsage::circuits));
    count("relay.circuits.made", Tags.empty(), relay(RelayUsage::circuitsMade));
    count("relay.bytes", Tags.empty(), relay(RelayUsage::relayedBytes));
    for (RelayRefusal each : RelayRefusal.values()) {
      count(
          "relay.refused",
          Tags.of("reason", each.name()),
          relay(usage -> usage.refused().getOrDefault(each, 0L)));
    }
    count(
        "autonat.dialled",
        Tags.empty(),
        now -> now.server().map(each -> (double) each.dialled()).orElse(0.0));
    count(
        "autonat.refused",
        Tags.empty(),
        now -> now.server().map(each -> (double) each.refused()).orElse(0.0));
  }

  private static ToDoubleFunction<NatStatus> relay(ToDoubleFunction<RelayUsage> value) {
    return now -> now.relay().map(value::applyAsDouble).orElse(0.0);
  }

  private void gauge(String name, Tags tags, ToDoubleFunction<NatStatus> value) {
    Gauge.builder(PREFIX + name, traversal, each -> value.applyAsDouble(each.status()))
        .tags(tags)
        .register(registry);
  }

  private void count(String name, Tags tags, ToDoubleFunction<NatStatus> value) {
    FunctionCounter.builder(PREFIX + name, traversal, each -> value.applyAsDouble(each.status()))
        .tags(tags)
        .register(registry);
  }
}
