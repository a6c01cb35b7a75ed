package io.tributary.libp2p.yamux;

/**
 * The round-trip time of a connection, from its pings. The smoothed time is for people; windows are
 * sized by the least of the last few samples, which queueing under load has not lengthened. Not
 * thread-safe.
 */
final class RoundTrip {

  private static final int SAMPLES = 8;

  private final long[] nanos = new long[SAMPLES];
  private int count;
  private long leastNanos;
  private volatile long smoothedNanos;

  void add(long sampleNanos) {
    long sample = Math.max(1, sampleNanos);
    nanos[count % SAMPLES] = sample;
    count++;
    leastNanos = sample;
    for (int i = 0; i < Math.min(count, SAMPLES); i++) {
      leastNanos = Math.min(leastNanos, nanos[i]);
    }
    smoothedNanos = smoothedNanos == 0 ? sample : (7 * smoothedNanos + sample) / 8;
  }

  /** The least of the recent samples; 0 if there is none. */
  long leastNanos() {
    return leastNanos;
  }

  /** The smoothed time; 0 if unknown. May be read by any thread. */
  long smoothedNanos() {
    return smoothedNanos;
  }
}
