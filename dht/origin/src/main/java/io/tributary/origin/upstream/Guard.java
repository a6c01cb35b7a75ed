package io.tributary.origin.upstream;

import io.github.resilience4j.bulkhead.Bulkhead;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.retry.Retry;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * What is remembered of one endpoint: how many attempts are under way, and whether the last ones
 * went well. Safe for use by many threads.
 */
record Guard(Bulkhead places, CircuitBreaker breaker, Retry retry) {
  /**
   * Takes a place for an attempt; {@link #leave} gives it back.
   *
   * @return why there is none, or empty if it was taken
   */
  Optional<UpstreamReason> enter() {
    if (!places.tryAcquirePermission()) {
      return Optional.of(UpstreamReason.SATURATED);
    }
    if (!breaker.tryAcquirePermission()) {
      places.onComplete();
      return Optional.of(UpstreamReason.CIRCUIT_OPEN);
    }
    return Optional.empty();
  }

  /** Gives back a place and takes note of how the attempt went. */
  void leave(Optional<Throwable> failure, long durationNanos) {
    places.onComplete();
    switch (verdict(failure)) {
      case GOOD -> breaker.onSuccess(durationNanos, TimeUnit.NANOSECONDS);
      case BAD -> breaker.onError(durationNanos, TimeUnit.NANOSECONDS, failure.orElseThrow());
      case NONE -> breaker.releasePermission();
    }
  }

  /** Tells whether an attempt would be let through now. */
  boolean isOpenForCalls() {
    if (places.getMetrics().getAvailableConcurrentCalls() == 0) {
      return false;
    }
    // An open circuit whose time is over says so only to those who ask for permission.
    boolean permitted = breaker.tryAcquirePermission();
    if (permitted) {
      breaker.releasePermission();
    }
    return permitted;
  }

  private static UpstreamReason.Verdict verdict(Optional<Throwable> failure) {
    return failure
        .map(
            thrown ->
                thrown instanceof UpstreamException known
                    ? known.reason().verdict()
                    : UpstreamReason.Verdict.NONE)
        .orElse(UpstreamReason.Verdict.GOOD);
  }
}
