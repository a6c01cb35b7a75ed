package io.tributary.region.membership;

import io.tributary.region.gossip.GossipMessage;

/** The digests of all members of a level: one sum for each bucket, and one over all. */
final class Digests {

  /*
   * A member's contribution is a mix of its key, the sequence of its record and whether it is
   * condemned; a digest is the sum of contributions modulo 2^64. So it does not depend on order and
   * is kept up to date by an addition and a subtraction.
   *
   * The mix is no cryptographic hash: whoever chooses keys and sequences can make two sets of his
   * own records whose sums are equal, and so keep two nodes from noticing that they hold different
   * ones of his records. He cannot hide the records of others behind them. The record's content is
   * left out on purpose: a peer that signs two records with one sequence would else keep nodes
   * comparing for ever.
   */

  private final long[] sums = new long[GossipMessage.BUCKETS];
  private long root;

  static int bucket(long key) {
    return (int) (key >>> 56);
  }

  /** Stafford's mix, variant 13. */
  static long mix(long x) {
    long z = (x ^ (x >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }

  private static long contribution(long key, long sequence, boolean condemned) {
    return mix(mix(key) + sequence * 2 + (condemned ? 1 : 0));
  }

  void add(long key, long sequence, boolean condemned) {
    long value = contribution(key, sequence, condemned);
    sums[bucket(key)] += value;
    root += value;
  }

  void remove(long key, long sequence, boolean condemned) {
    long value = contribution(key, sequence, condemned);
    sums[bucket(key)] -= value;
    root -= value;
  }

  long root() {
    return root;
  }

  long sum(int bucket) {
    return sums[bucket];
  }
}
