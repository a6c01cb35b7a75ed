package io.tributary.region.placement;

import java.util.Arrays;

/**
 * A weighted rendezvous ranking: for each fragment its own order of the members, in which a member
 * comes first as often as its weight says. Immutable and thread-safe.
 */
final class Ranking {

  /*
   * The ranking
   * -----------
   *
   *   h(i)     = mix(key(i) xor fragment)              64 bits; mix is Stafford's variant 13, the
   *                                                    finalizer of SplitMix64
   *   u(i)     = (floor(h(i) / 2^11) + 1/2) / 2^53     in (0, 1), exact in a double
   *   score(i) = -ln(u(i)) / weight(i)                 smallest first; ties go to the smaller index
   *
   * The scores are exponential variables with the weights as rates, so the first of them falls on a
   * member with probability weight / sum of weights, and so on for the rest. A member's score
   * depends on nobody else, so a member that comes or goes moves only what it takes or leaves.
   *
   * The same on every JVM: ln is StrictMath.log, whose every bit is specified (fdlibm), unlike
   * Math.log, which may differ by a unit in the last place between platforms; negation and division
   * of doubles are exact to the last bit everywhere since Java 17.
   *
   * Finding the first few without n logarithms
   * ------------------------------------------
   *
   * For a bound T,  score(i) < T  if and only if  h(i) > 2^64 exp(-T weight(i)). The right side does
   * not depend on the fragment, so it is kept as an integer per member, and one pass of xor, mix and
   * compare over two arrays finds all members under the bound. T is chosen so that some L of them
   * are expected, L being larger than the r that are asked for by several standard deviations, and
   * only those are given exact scores. The integers are rounded down by more than all errors in
   * them, so nobody under the bound is missed; if the r-th exact score does not lie safely under the
   * bound, the pass is repeated with a larger L, and at last with everybody. The result is that of
   * scoring everybody, always; the bound decides only how long it takes.
   */

  /** How many candidates a pass is expected to find, from the narrowest to the widest. */
  private static final int[] EXPECTED = {16, 32, 64, 128, 256};

  /** The relative safety of bounds, above all rounding errors together. */
  private static final double THRESHOLD_SLACK = 0x1p-40;

  private static final double BOUND_SLACK = 1e-9;
  private static final double TWO_64 = 0x1p64;
  private static final int NEWTON_STEPS = 3;

  private final long[] keys;
  private final double[] weights;
  private final Filter[] filters = new Filter[EXPECTED.length];

  /**
   * @param keys of the members, not changed after this
   * @param weights of the members, positive, not changed after this
   */
  Ranking(long[] keys, double[] weights) {
    this.keys = keys;
    this.weights = weights;
  }

  /** The members under a bound are those whose hash is at least their threshold. */
  private static final class Filter {
    private final double bound;
    private final long[] thresholds;

    Filter(double bound, long[] thresholds) {
      this.bound = bound;
      this.thresholds = thresholds;
    }
  }

  int size() {
    return keys.length;
  }

  /**
   * Returns the indices of the first members, in order.
   *
   * @param fragment the first eight bytes of its hash, big-endian
   * @param count how many at most
   */
  int[] first(long fragment, int count) {
    int r = Math.min(count, keys.length);
    if (r <= 0) {
      return new int[0];
    }
    for (int pass = 0; pass < EXPECTED.length; pass++) {
      int expected = EXPECTED[pass];
      if (expected * 2 > keys.length) {
        break;
      }
      if (expected < r + 3 * Math.sqrt(r) + 4) {
        continue;
      }
      Filter filter = filter(pass);
      Best best = new Best(r);
      scan(filter, fragment, best);
      if (best.size == r && best.scores[r - 1] < filter.bound * (1 - BOUND_SLACK)) {
        return best.indices;
      }
    }
    Best best = new Best(r);
    for (int i = 0; i < keys.length; i++) {
      best.offer(i, score(mix(keys[i] ^ fragment), weights[i]));
    }
    return best.indices;
  }

  private void scan(Filter filter, long fragment, Best best) {
    long[] k = keys;
    long[] t = filter.thresholds;
    int n = Math.min(k.length, t.length);
    for (int i = 0; i < n; i++) {
      long hash = mix(k[i] ^ fragment);
      // Both sides have their highest bit flipped, which makes a signed comparison an unsigned one.
      if ((hash ^ Long.MIN_VALUE) >= t[i]) {
        best.offer(i, score(hash, weights[i]));
      }
    }
  }

  static long mix(long x) {
    long z = (x ^ (x >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }

  static double score(long hash, double weight) {
    double u = ((hash >>> 11) + 0.5) * 0x1p-53;
    return -StrictMath.log(u) / weight;
  }

  /** The filter of a pass, made when first asked for; two threads may make the same one. */
  private Filter filter(int pass) {
    Filter known = filters[pass];
    if (known == null) {
      known = newFilter(EXPECTED[pass]);
      filters[pass] = known;
    }
    return known;
  }

  private Filter newFilter(int expected) {
    double sum = 0;
    for (double weight : weights) {
      sum += weight;
    }
    double bound = expected / sum;
    // The expected number under a bound is concave in it, so Newton's steps approach from below.
    for (int step = 0; step < NEWTON_STEPS; step++) {
      double reached = 0;
      double slope = 0;
      for (double weight : weights) {
        double over = Math.exp(-bound * weight);
        reached += 1 - over;
        slope += weight * over;
      }
      bound += (expected - reached) / slope;
    }
    long[] thresholds = new long[weights.length];
    for (int i = 0; i < thresholds.length; i++) {
      double threshold = Math.exp(-bound * weights[i]) * (1 - THRESHOLD_SLACK) * TWO_64;
      thresholds[i] = unsigned(threshold) ^ Long.MIN_VALUE;
    }
    return new Filter(bound, thresholds);
  }

  private static long unsigned(double value) {
    return value < 0x1p63 ? (long) value : ((long) (value - 0x1p63)) ^ Long.MIN_VALUE;
  }

  /** The members with the smallest scores so far, in order. */
  private static final class Best {
    private final int[] indices;
    private final double[] scores;
    private int size;

    Best(int limit) {
      indices = new int[limit];
      scores = new double[limit];
      Arrays.fill(scores, Double.POSITIVE_INFINITY);
    }

    void offer(int index, double score) {
      if (size == scores.length && score >= scores[size - 1]) {
        return;
      }
      int at = size == scores.length ? size - 1 : size++;
      while (at > 0 && scores[at - 1] > score) {
        scores[at] = scores[at - 1];
        indices[at] = indices[at - 1];
        at--;
      }
      scores[at] = score;
      indices[at] = index;
    }
  }
}
