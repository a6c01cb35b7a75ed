package io.tributary.cacher.store.micrometer;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.tributary.cacher.store.Occupancy;
import io.tributary.cacher.store.Refusal;
import io.tributary.cacher.store.hot.HotFragments;
import io.tributary.cacher.store.hot.HotStats;
import io.tributary.cacher.store.hot.Outcome;
import io.tributary.cacher.store.hot.StoreMetrics;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/** Counts what happens to hot fragments in a registry. Thread-safe. */
public final class MicrometerStoreMetrics implements StoreMetrics {
  private static final String PREFIX = "cacher.store.";

  private final MeterRegistry registry;
  private final Map<Outcome, Counter> lookups;
  private final Map<Refusal, Counter> refusals;
  private final Map<FillEnd, Counter> fills;
  private final Map<Leaving, Counter> left;
  private final Counter fillBytes;
  private final Counter scrubbedBytes;
  private final Counter scrubbedWrong;

  /** Meters in a registry; all are there from the start, at zero. */
  public MicrometerStoreMetrics(MeterRegistry registry) {
    this.registry = registry;
    this.lookups = counters(Outcome.class, "lookups", "outcome");
    this.refusals = counters(Refusal.class, "refusals", "reason");
    this.fills = counters(FillEnd.class, "fills", "end");
    this.left = counters(Leaving.class, "left", "reason");
    this.fillBytes = registry.counter(PREFIX + "fill.bytes");
    this.scrubbedBytes = registry.counter(PREFIX + "scrubbed.bytes");
    this.scrubbedWrong = registry.counter(PREFIX + "scrubbed.wrong");
  }

  private <E extends Enum<E>> Map<E, Counter> counters(Class<E> type, String name, String tag) {
    Map<E, Counter> counters = new EnumMap<>(type);
    for (E value : type.getEnumConstants()) {
      counters.put(value, registry.counter(PREFIX + name, tag, value.name()));
    }
    return counters;
  }

  /** Adds the gauges of what is used; the registry keeps no hold of the store. */
  public void watch(HotFragments hot) {
    part(hot, "fragments", HotStats::fragments);
    part(hot, "small", HotStats::small);
    Gauge.builder(PREFIX + "kept.bytes", hot, each -> each.stats().keptBytes()).register(registry);
    Gauge.builder(PREFIX + "checks", hot, each -> each.stats().checks()).register(registry);
  }

  private void part(HotFragments hot, String part, Function<HotStats, Occupancy> of) {
    gauge(hot, part, of, "quota.bytes", Occupancy::limitBytes);
    gauge(hot, part, of, "used.bytes", Occupancy::usedBytes);
    gauge(hot, part, of, "deferred.bytes", Occupancy::deferredBytes);
    gauge(hot, part, of, "fragments", Occupancy::fragments);
    gauge(hot, part, of, "filling", Occupancy::fills);
    gauge(hot, part, of, "pins", Occupancy::pins);
  }

  private void gauge(
      HotFragments hot,
      String part,
      Function<HotStats, Occupancy> of,
      String name,
      ToDoubleFunction<Occupancy> value) {
    Gauge.builder(PREFIX + name, hot, each -> value.applyAsDouble(of.apply(each.stats())))
        .tag("part", part)
        .register(registry);
  }

  @Override
  public void found(Outcome outcome) {
    count(lookups, outcome);
  }

  @Override
  public void refused(Refusal why) {
    count(refusals, why);
  }

  @Override
  public void filled(FillEnd end, int bytes) {
    count(fills, end);
    fillBytes.increment(bytes);
  }

  @Override
  public void left(Leaving why) {
    count(left, why);
  }

  @Override
  public void scrubbed(boolean isRight, int bytes) {
    scrubbedBytes.increment(bytes);
    if (!isRight) {
      scrubbedWrong.increment();
    }
  }

  private static <E extends Enum<E>> void count(Map<E, Counter> counters, E value) {
    Counter counter = counters.get(value);
    if (counter != null) {
      counter.increment();
    }
  }
}
