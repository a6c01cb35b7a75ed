package io.tributary.bench.sim.dht;

import java.util.Arrays;
import java.util.Collection;

/**
 * How numbers are distributed.
 *
 * @param median half are at most this
 * @param p90 nine of ten are at most this
 * @param p99 99 of 100 are at most this
 * @param max all are at most this
 */
public record Percentiles(long median, long p90, long p99, long max) {

  /** Of some numbers; all 0 of none. */
  public static Percentiles of(Collection<Long> numbers) {
    long[] sorted = numbers.stream().mapToLong(Long::longValue).toArray();
    Arrays.sort(sorted);
    return new Percentiles(at(sorted, 50), at(sorted, 90), at(sorted, 99), at(sorted, 100));
  }

  private static long at(long[] sorted, int percent) {
    return sorted.length == 0
        ? 0
        : sorted[Math.max(0, (int) Math.ceil(sorted.length * percent / 100.0) - 1)];
  }
}
