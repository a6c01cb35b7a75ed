package io.tributary.retriever.engine.micrometer;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.tributary.fetch.SourceKind;
import io.tributary.retriever.engine.Engine;
import io.tributary.retriever.engine.EngineMetrics;
import io.tributary.retriever.engine.EngineStatus;
import io.tributary.retriever.engine.trace.Trace.Outcome;
import io.tributary.retriever.engine.trace.Trace.Role;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.ToDoubleFunction;

/** An engine's counts as Micrometer meters; the README lists them. Thread-safe. */
public final class MicrometerEngineMetrics implements EngineMetrics {
  private static final String PREFIX = "engine.";

  private final MeterRegistry registry;
  private final Tags common;
  private final Map<String, ReadMeters> reads = new ConcurrentHashMap<>();
  private final Map<Boolean, Counter> lookups = new ConcurrentHashMap<>();

  /**
   * Meters in a registry.
   *
   * @param common tags of all of them
   */
  public MicrometerEngineMetrics(MeterRegistry registry, Tags common) {
    this.registry = registry;
    this.common = common;
  }

  /** Adds what an engine does at each moment. The registry keeps the engine reachable. */
  public void watch(Engine engine) {
    gauge(engine, "streams", EngineStatus::streams);
    gauge(engine, "races", EngineStatus::races);
    gauge(engine, "fetches", EngineStatus::fetches);
    gauge(engine, "memory.held.bytes", status -> (double) status.heldBytes());
    gauge(engine, "memory.max.bytes", status -> (double) status.maxHeldBytes());
    gauge(engine, "memory.waiting", EngineStatus::waitingForMemory);
    gauge(engine, "useful.bytes", status -> (double) status.usefulBytes());
    gauge(engine, "extra.bytes", status -> (double) status.extraBytes());
    gauge(engine, "files.known", status -> (double) status.knownFiles());
    gauge(engine, "chunk.trees", status -> (double) status.chunkTrees());
    gauge(engine, "outage", status -> status.isOutage() ? 1 : 0);
  }

  private void gauge(Engine engine, String name, ToDoubleFunction<EngineStatus> value) {
    Gauge.builder(PREFIX + name, () -> value.applyAsDouble(engine.status()))
        .tags(common)
        .register(registry);
  }

  private void count(String name, double by, String... tags) {
    counter(name, tags).increment(by);
  }

  private Counter counter(String name, String... tags) {
    return Counter.builder(PREFIX + name).tags(common.and(tags)).register(registry);
  }

  /** What is counted with each read; to look meters up by their tags takes longer than a read. */
  private record ReadMeters(Counter reads, Counter bytes, Timer firstPiece) {}

  private ReadMeters meters(String ending) {
    return new ReadMeters(
        counter("reads", "ending", ending),
        counter("reads.bytes", "ending", ending),
        Timer.builder(PREFIX + "first.piece")
            .tags(common.and("ending", ending))
            .register(registry));
  }

  @Override
  public void readEnded(String ending, long deliveredBytes, Duration firstPiece) {
    ReadMeters meters = reads.computeIfAbsent(ending, this::meters);
    meters.reads.increment();
    meters.bytes.increment((double) deliveredBytes);
    meters.firstPiece.record(firstPiece);
  }

  @Override
  public void asked(SourceKind kind, Role role, Outcome outcome, long receivedBytes) {
    String[] tags = {"kind", kind.name(), "role", role.name(), "outcome", outcome.name()};
    count("asks", 1, tags);
    count("asks.bytes", (double) receivedBytes, tags);
  }

  @Override
  public void cacheLookup(boolean found) {
    lookups
        .computeIfAbsent(found, known -> counter("cache.lookups", "found", known.toString()))
        .increment();
  }

  @Override
  public void joined() {
    count("joined", 1);
  }

  @Override
  public void gaveWay() {
    count("gave.way", 1);
  }

  @Override
  public void decoded(int columns, long bytes, Duration took) {
    count("decoded.columns", columns);
    count("decoded.bytes", (double) bytes);
    Timer.builder(PREFIX + "decoding").tags(common).register(registry).record(took);
  }

  @Override
  public void extra(long bytes) {
    count("extra", (double) bytes);
  }

  @Override
  public void hedgeDenied() {
    count("hedges.denied", 1);
  }
}
