package io.tributary.fetch.absence;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Tells whether most of everything fails: then the fault is likely here or on the way, and what
 * seems absent says nothing of the thing itself. Thread-safe.
 */
public final class Outage {
  /** Fetches of this time are counted, half of them on average. */
  public static final Duration WINDOW = Duration.ofMinutes(1);

  /** So many fetches, at least, make a judgement. */
  public static final int ENOUGH = 10;

  private static final double MOST = 0.5;

  private final LongSupplier nanoTime;
  private double succeeded;
  private double failed;
  private long atNanos;

  /**
   * No outage.
   *
   * @param nanoTime a clock that never goes back
   */
  public Outage(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
    this.atNanos = nanoTime.getAsLong();
  }

  private void fade() {
    long now = nanoTime.getAsLong();
    double kept = Math.exp(-(double) Math.max(0, now - atNanos) / WINDOW.toNanos());
    atNanos = now;
    succeeded *= kept;
    failed *= kept;
  }

  /** Counts a fetch, of whatever, from whomever. */
  public synchronized void onFetch(boolean isSuccess) {
    fade();
    if (isSuccess) {
      succeeded += 1;
    } else {
      failed += 1;
    }
  }

  /** Whether most of everything fails. */
  public synchronized boolean isOn() {
    fade();
    return succeeded + failed >= ENOUGH && failed > MOST * (succeeded + failed);
  }
}
