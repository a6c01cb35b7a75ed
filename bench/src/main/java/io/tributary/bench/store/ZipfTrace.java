package io.tributary.bench.store;

import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * Made-up requests: popularity after Zipf's law, favourites that change, and things that are asked
 * for once.
 */
final class ZipfTrace {
  /** Requests after which two names have changed places. */
  private static final int DRIFT_EVERY = 50;

  private ZipfTrace() {}

  /**
   * Returns what is asked for, one number for each request; numbers below zero come once only.
   *
   * @param alpha the exponent of the law
   * @param keys how many names are asked for again and again
   * @param length how many requests
   * @param onceShare the share of requests for something that is never asked for again
   */
  static long[] requests(double alpha, int keys, int length, double onceShare, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    double[] cumulative = new double[keys];
    double sum = 0;
    for (int rank = 0; rank < keys; rank++) {
      sum += 1 / Math.pow(rank + 1.0, alpha);
      cumulative[rank] = sum;
    }
    int[] names = new int[keys];
    Arrays.setAll(names, i -> i);
    long[] requests = new long[length];
    for (int i = 0; i < length; i++) {
      if (i % DRIFT_EVERY == 0) {
        // Something rises to anywhere, and what was there sinks to its place.
        int from = random.nextInt(keys);
        int to = rank(cumulative, random.nextDouble() * sum);
        int name = names[from];
        names[from] = names[to];
        names[to] = name;
      }
      requests[i] =
          random.nextDouble() < onceShare
              ? -1L - i
              : names[rank(cumulative, random.nextDouble() * sum)];
    }
    return requests;
  }

  private static int rank(double[] cumulative, double at) {
    int found = Arrays.binarySearch(cumulative, at);
    return Math.min(cumulative.length - 1, found < 0 ? -found - 1 : found);
  }
}
