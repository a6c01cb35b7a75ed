package io.tributary.fetch.guard;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.github.resilience4j.bulkhead.Bulkhead;
import io.github.resilience4j.bulkhead.BulkheadConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.SlidingWindowType;
import io.tributary.fetch.Source;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** A circuit breaker and a bulkhead for each source. Bounded and thread-safe. */
public final class SourceGuards {

  /** Whether a source may be asked now. */
  public sealed interface Entry {
    /** It may; the permit is to be closed. */
    record Admitted(Permit permit) implements Entry {}

    /** It may not. */
    record Refused(Refusal reason) implements Entry {}
  }

  /** Why a source is not asked. */
  public enum Refusal {
    /** It failed too often and is left alone for a while. */
    CIRCUIT_OPEN,
    /** As many fetches of it as may be are under way. */
    TOO_MANY_AT_ONCE
  }

  private record Guard(CircuitBreaker breaker, Bulkhead places) {}

  private final Cache<Source, Guard> guards;
  private final CircuitBreakerConfig breaker;
  private final BulkheadConfig places;
  private final LongSupplier nanoTime;

  /**
   * Guards of sources that are all well.
   *
   * @param nanoTime a clock that never goes back
   */
  public SourceGuards(GuardSettings settings, LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
    this.guards = Caffeine.newBuilder().maximumSize(settings.maxSources()).build();
    this.places =
        BulkheadConfig.custom()
            .maxConcurrentCalls(settings.maxAtOnce())
            .maxWaitDuration(Duration.ZERO)
            .build();
    this.breaker =
        CircuitBreakerConfig.custom()
            .slidingWindowType(SlidingWindowType.COUNT_BASED)
            .slidingWindowSize(settings.window())
            .minimumNumberOfCalls(settings.minFetches())
            .failureRateThreshold(settings.failurePercent())
            .waitDurationInOpenState(settings.pause())
            .permittedNumberOfCallsInHalfOpenState(settings.probes())
            .clock(new SteadyClock(nanoTime))
            .currentTimestampFunction(ignored -> nanoTime.getAsLong(), TimeUnit.NANOSECONDS)
            .build();
  }

  private Guard guard(Source source) {
    return guards.get(
        source,
        each ->
            new Guard(
                CircuitBreaker.of(each.toString(), breaker), Bulkhead.of(each.toString(), places)));
  }

  /** Asks to ask a source. */
  public Entry enter(Source source) {
    return enter(source, false);
  }

  /**
   * Asks to ask a source even if its circuit is open, since nobody else is left. If it succeeds,
   * its circuit is closed.
   */
  public Entry enterAsLastResort(Source source) {
    return enter(source, true);
  }

  private Entry enter(Source source, boolean isLastResort) {
    Guard guard = guard(source);
    if (!guard.places().tryAcquirePermission()) {
      return new Entry.Refused(Refusal.TOO_MANY_AT_ONCE);
    }
    boolean isCounted = guard.breaker().tryAcquirePermission();
    if (!isCounted && !isLastResort) {
      guard.places().releasePermission();
      return new Entry.Refused(Refusal.CIRCUIT_OPEN);
    }
    return new Entry.Admitted(new Permit(guard.breaker(), guard.places(), isCounted, nanoTime));
  }

  /** Whether a source is left alone for now. */
  public boolean isOpen(Source source) {
    return guard(source).breaker().getState() == CircuitBreaker.State.OPEN;
  }

  /** A clock that never goes back: an open circuit must not outlast a clock's jump. */
  private static final class SteadyClock extends Clock {
    private final LongSupplier nanoTime;
    private final long startNanos;

    SteadyClock(LongSupplier nanoTime) {
      this.nanoTime = nanoTime;
      this.startNanos = nanoTime.getAsLong();
    }

    @Override
    public Instant instant() {
      return Instant.EPOCH.plusNanos(nanoTime.getAsLong() - startNanos);
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }
  }
}
