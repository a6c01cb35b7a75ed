package io.tributary.kademlia;

import java.time.Duration;
import java.util.Arrays;

/** How long peers have taken to answer of late, and what is to be expected of the next one. */
final class RoundTrips {

  private static final int SAMPLES = 128;
  private static final int REFRESH = 16;
  private static final int ENOUGH = 8;
  private static final long FIRST_SLOW_MICROS = 1_000_000;
  private static final long MIN_SLOW_MICROS = 100_000;
  private static final long MAX_SLOW_MICROS = 3_000_000;

  private final long minDeadlineMicros;
  private final long maxDeadlineMicros;
  private final int[] micros = new int[SAMPLES];
  private long count;
  private long slowMicros = FIRST_SLOW_MICROS;
  private long deadlineMicros;

  RoundTrips(Duration minDeadline, Duration maxDeadline) {
    this.minDeadlineMicros = minDeadline.toNanos() / 1_000;
    this.maxDeadlineMicros = maxDeadline.toNanos() / 1_000;
    this.deadlineMicros = maxDeadlineMicros / 2;
  }

  void add(long nanos) {
    micros[(int) (count % SAMPLES)] = (int) Math.min(Integer.MAX_VALUE, nanos / 1_000);
    count++;
    if (count == ENOUGH || count % REFRESH == 0) {
      int[] sorted = Arrays.copyOf(micros, (int) Math.min(count, SAMPLES));
      Arrays.sort(sorted);
      long usual = sorted[sorted.length * 9 / 10];
      long rare = sorted[sorted.length * 19 / 20];
      slowMicros = clamp(usual + usual / 4, MIN_SLOW_MICROS, MAX_SLOW_MICROS);
      deadlineMicros = clamp(3 * rare, minDeadlineMicros, maxDeadlineMicros);
    }
  }

  private static long clamp(long value, long low, long high) {
    return Math.max(low, Math.min(high, value));
  }

  /**
   * After what time a request is slow, so that another one goes out: 5/4 of the 90th percentile.
   */
  Duration slow() {
    return Duration.ofNanos(slowMicros * 1_000);
  }

  /** When a request is given up: three times the 95th percentile. */
  Duration deadline() {
    return Duration.ofNanos(deadlineMicros * 1_000);
  }
}
