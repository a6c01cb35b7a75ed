package io.tributary.fetch.guard;

import io.github.resilience4j.bulkhead.Bulkhead;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;

/**
 * Leave to fetch once from a source. Exactly one of its methods ends it; further calls do nothing.
 * Thread-safe.
 */
public final class Permit {
  private final CircuitBreaker breaker;
  private final Bulkhead places;
  private final LongSupplier nanoTime;
  private final boolean isCounted;
  private final long beganNanos;
  private final AtomicBoolean ended = new AtomicBoolean();

  /** A permit; one that is not counted was given although the circuit is open. */
  Permit(CircuitBreaker breaker, Bulkhead places, boolean isCounted, LongSupplier nanoTime) {
    this.breaker = breaker;
    this.places = places;
    this.isCounted = isCounted;
    this.nanoTime = nanoTime;
    this.beganNanos = nanoTime.getAsLong();
  }

  /** The source has done what was asked, or said rightly that it cannot. */
  public void succeeded() {
    if (!end()) {
      return;
    }
    if (isCounted) {
      breaker.onSuccess(nanoTime.getAsLong() - beganNanos, TimeUnit.NANOSECONDS);
    } else {
      breaker.reset();
    }
  }

  /** The source has failed, by its own fault. */
  public void failed(Throwable cause) {
    if (end() && isCounted) {
      breaker.onError(nanoTime.getAsLong() - beganNanos, TimeUnit.NANOSECONDS, cause);
    }
  }

  /** Nothing was learned of the source: this side wanted no more. */
  public void cancelled() {
    if (end() && isCounted) {
      breaker.releasePermission();
    }
  }

  private boolean end() {
    if (!ended.compareAndSet(false, true)) {
      return false;
    }
    places.onComplete();
    return true;
  }
}
