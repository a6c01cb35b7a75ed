package io.tributary.cacher.node.rate;

import java.time.Duration;

/**
 * A rate of bytes or events in which what happened counts less and less: after each half-life half.
 * Not thread-safe.
 */
public final class DecayingRate {
  private final double halfLifeNanos;
  private double sum;
  private long atNanos;

  public DecayingRate(Duration halfLife, long nowNanos) {
    this.halfLifeNanos = (double) halfLife.toNanos();
    this.atNanos = nowNanos;
  }

  /** Counts; less than nothing takes back. */
  public void add(long count, long nowNanos) {
    decay(nowNanos);
    sum += (double) count;
  }

  /** What counts now. */
  public double sum(long nowNanos) {
    decay(nowNanos);
    return sum;
  }

  /** How much per second: what a steady rate of that height would count. */
  public double perSecond(long nowNanos) {
    return sum(nowNanos) * Math.log(2) / (halfLifeNanos / Duration.ofSeconds(1).toNanos());
  }

  private void decay(long nowNanos) {
    // A clock that jumps back must not make anything grow.
    long passed = Math.max(0, nowNanos - atNanos);
    if (passed > 0) {
      sum *= Math.pow(0.5, (double) passed / halfLifeNanos);
      atNanos = nowNanos;
    }
  }
}
