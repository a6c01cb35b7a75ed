package io.tributary.bench.libp2p;

import java.util.Arrays;

/** A bounded list of times, of which exact percentiles are wanted. Not thread-safe. */
final class Percentiles {

  private final long[] nanos;
  private int count;

  Percentiles(int capacity) {
    this.nanos = new long[capacity];
  }

  boolean isFull() {
    return count == nanos.length;
  }

  /** Adds a time; one that has no room is left out. */
  void add(long value) {
    if (!isFull()) {
      nanos[count++] = value;
    }
  }

  /** The time that a share of all, such as 0.5, does not exceed; 0 of none. */
  long at(double share) {
    if (count == 0) {
      return 0;
    }
    long[] sorted = Arrays.copyOf(nanos, count);
    Arrays.sort(sorted);
    return sorted[Math.max(0, (int) Math.ceil(share * count) - 1)];
  }
}
