package io.tributary.cacher.node.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.tributary.cacher.node.CacherNode;
import io.tributary.cacher.node.demand.DemandMetrics;
import io.tributary.cacher.node.demand.DemandSettings;
import io.tributary.cacher.node.fill.FillEnd;
import io.tributary.cacher.node.fill.FillMetrics;
import io.tributary.cacher.node.serve.ServeMetrics;
import io.tributary.cacher.node.upstream.UpstreamEnd;
import io.tributary.exchange.Status;
import io.tributary.fetch.SourceKind;
import io.tributary.fetch.guard.SourceGuards;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/** What is served and filled, by the names in this package's description. Thread-safe. */
public final class CacherMeters implements FillMetrics, ServeMetrics, DemandMetrics {
  private final MeterRegistry registry;

  /**
   * Kept, since to look a counter up costs more than all else that is counted of a small answer.
   */
  private final Map<Answered, Counter> answered = new EnumMap<>(Answered.class);

  /** Meters in a registry. */
  public CacherMeters(MeterRegistry registry) {
    this.registry = registry;
    for (Answered how : Answered.values()) {
      answered.put(how, registry.counter("cacher.requests", "outcome", how.name()));
    }
  }

  /** Adds the gauges of a node. */
  public void watch(CacherNode node) {
    gauge("cacher.requests.open", node, each -> each.fragments().openBodies());
    gauge("cacher.fills.running", node, each -> each.fills().underWay());
    gauge("cacher.fills.max", node, each -> each.fills().maxUnderWay());
    gauge("cacher.absences", node, each -> each.fills().absences());
    gauge("cacher.files.known", node, each -> each.catalog().size());
    gauge("cacher.outage", node, each -> each.outage().isOn() ? 1 : 0);
    gauge("cacher.demand.fragments", node, each -> each.demand().figures().tracked());
    gauge("cacher.replication.asking", node, each -> each.demand().figures().asking());
    gauge(
        "cacher.prefetch.budget.bytes",
        node,
        each -> each.demand().figures().prefetchBudgetBytes());
    int most = node.demand().figures().byHomes().size();
    for (int homes = DemandSettings.BASE_HOMES; homes < most; homes++) {
      int count = homes;
      Gauge.builder(
              "cacher.replication.fragments",
              node,
              each -> each.demand().figures().byHomes().get(count))
          .tag("homes", Integer.toString(count))
          .register(registry);
    }
  }

  private void gauge(String name, CacherNode node, ToDoubleFunction<CacherNode> value) {
    Gauge.builder(name, node, value).register(registry);
  }

  @Override
  public void answered(Answered how) {
    Counter counter = answered.get(how);
    if (counter != null) {
      counter.increment();
    }
  }

  @Override
  public void missing(Status status) {
    registry.counter("cacher.requests.refused", "status", status.name()).increment();
  }

  @Override
  public void joined() {
    registry.counter("cacher.fills.joined").increment();
  }

  @Override
  public void ended(FillEnd end, Duration took) {
    registry.counter("cacher.fills", "end", end.name()).increment();
    registry.timer("cacher.fills.seconds", "end", end.name()).record(took);
  }

  @Override
  public void fetched(SourceKind kind, UpstreamEnd.Kind end, long bytes, Duration took) {
    registry.counter("cacher.fetches", "source", kind.name(), "end", end.name()).increment();
    registry.counter("cacher.fetches.bytes", "source", kind.name()).increment((double) bytes);
  }

  @Override
  public void raised(int homes) {
    registry.counter("cacher.replication.changes", "direction", "RAISED").increment();
  }

  @Override
  public void lowered(int homes) {
    registry.counter("cacher.replication.changes", "direction", "LOWERED").increment();
  }

  @Override
  public void asked(AskEnd end) {
    registry.counter("cacher.replication.asks", "end", end.name()).increment();
  }

  @Override
  public void prefetched(PrefetchEnd end, long bytes) {
    registry.counter("cacher.prefetch", "end", end.name()).increment();
    registry.counter("cacher.prefetch.bytes").increment((double) bytes);
  }

  @Override
  public void prefetchUsed() {
    registry.counter("cacher.prefetch.used").increment();
  }

  @Override
  public void passedOver(SourceKind kind, SourceGuards.Refusal why) {
    registry
        .counter("cacher.fetches.passed.over", "source", kind.name(), "reason", why.name())
        .increment();
  }
}
