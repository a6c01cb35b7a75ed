package io.tributary.origin.upstream;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.github.resilience4j.bulkhead.Bulkhead;
import io.github.resilience4j.bulkhead.BulkheadConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.retry.Retry;
import io.github.resilience4j.retry.RetryConfig;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** The {@link Guard}s of the endpoints in use; the least used are forgotten above a limit. */
final class Guards {
  private final Cache<Endpoint, Guard> guards;
  private final BulkheadConfig places;
  private final CircuitBreakerConfig breaker;
  private final RetryConfig retry;

  Guards(UpstreamLimits limits, UpstreamRuntime runtime) {
    guards = Caffeine.newBuilder().maximumSize(limits.endpoints()).build();
    places =
        BulkheadConfig.custom()
            .maxConcurrentCalls(limits.parallelPerEndpoint())
            .maxWaitDuration(Duration.ZERO)
            .writableStackTraceEnabled(false)
            .build();
    UpstreamLimits.Breaker rule = limits.breaker();
    breaker =
        CircuitBreakerConfig.custom()
            .slidingWindowType(CircuitBreakerConfig.SlidingWindowType.COUNT_BASED)
            .slidingWindowSize(rule.window())
            .minimumNumberOfCalls(rule.minimum())
            .failureRateThreshold(rule.failurePercent())
            .waitDurationInOpenState(rule.openFor())
            .permittedNumberOfCallsInHalfOpenState(rule.probes())
            .clock(new SteadyClock(runtime.nanoTime()))
            .currentTimestampFunction(
                ignored -> runtime.nanoTime().getAsLong(), TimeUnit.NANOSECONDS)
            .writableStackTraceEnabled(false)
            .build();
    UpstreamLimits.Retries retries = limits.retries();
    retry =
        RetryConfig.custom()
            .maxAttempts(retries.attempts())
            .intervalFunction(failed -> pauseMillis(retries, failed, runtime.random().nextDouble()))
            .retryOnException(
                failure ->
                    failure instanceof UpstreamException known && known.reason().isRepeatable())
            .build();
  }

  Guard of(Endpoint endpoint) {
    return guards.get(endpoint, this::newGuard);
  }

  private Guard newGuard(Endpoint endpoint) {
    String name = endpoint.toString();
    return new Guard(
        Bulkhead.of(name, places), CircuitBreaker.of(name, breaker), Retry.of(name, retry));
  }

  /**
   * Returns the pause before the next attempt: twice as long each time, then shortened at random so
   * that callers who failed together do not come back together.
   *
   * @param failed the attempts that failed so far, from 1
   * @param share 0 to 1, how much of the second half to keep
   */
  static long pauseMillis(UpstreamLimits.Retries retries, int failed, double share) {
    double full =
        Math.min(
            (double) retries.maxPause().toMillis(),
            (double) retries.firstPause().toMillis() * Math.pow(2, failed - 1));
    return Math.round(full * (0.5 + share / 2));
  }

  /**
   * A time line of its own that never goes back: an open circuit must not outlast a clock's jump.
   */
  private static final class SteadyClock extends Clock {
    private final LongSupplier nanoTime;

    SteadyClock(LongSupplier nanoTime) {
      this.nanoTime = nanoTime;
    }

    @Override
    public Instant instant() {
      return Instant.EPOCH.plusNanos(nanoTime.getAsLong());
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
