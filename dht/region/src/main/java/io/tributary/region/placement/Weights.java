package io.tributary.region.placement;

import io.tributary.region.record.SignedRecord;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The weights of members in the ranking. */
final class Weights {

  /*
   * Three steps, each of which must give every node the same doubles
   * ---------------------------------------------------------------
   *
   * 1. A member's own weight is min(declared capacity, what its stake allows), in whole MiB; without
   *    a stake it is min(declared capacity, 1 TiB), because saying more costs nothing.
   *
   * 2. No address group holds more than min(1/4, 8/groups) of all weight. The cap c solves
   *    c = share x sum of min(group, c), so a heavy group does not raise its own cap. With four
   *    groups or fewer there is no such c and all groups count the same. A group above the cap has
   *    its members' weights scaled down.
   *
   * 3. Members without stake hold at most a tenth of all weight, unless nobody has a stake.
   *
   * Weights must also be stable: if a joining member changed everybody's weight a little, fragments
   * would move between members that have nothing to do with it. So the cap is rounded down to a
   * power of two, and the members without stake are scaled by a power of two. Both change only when
   * the region has roughly doubled or halved; between such steps a join or leave changes no weight
   * but those of the same capped group.
   *
   * Sums before the first division are exact (integers); after it they are sums of doubles in the
   * order of the members' keys. Since Java 17 double arithmetic is the same on every platform.
   */

  static final long UNSTAKED_MIB = 1L << 20;
  private static final int MIB_SHIFT = 20;
  private static final int UNSTAKED_DIVISOR = 9;

  private Weights() {}

  /**
   * Computes weights.
   *
   * @param members in the order of their keys
   * @return a positive weight for each
   */
  static double[] of(List<SignedRecord> members, StakeView stakes) {
    int n = members.size();
    long[] own = new long[n];
    boolean[] staked = new boolean[n];
    int[] groupOf = new int[n];
    Map<AddressGroup, Integer> groups = new HashMap<>();
    for (int i = 0; i < n; i++) {
      SignedRecord member = members.get(i);
      long allowed = Math.max(0, stakes.allowedBytes(member.record()));
      staked[i] = allowed > 0;
      own[i] =
          Math.min(
              mebibytes(member.record().offer().capacityBytes()),
              staked[i] ? mebibytes(allowed) : UNSTAKED_MIB);
      Integer known = groups.putIfAbsent(AddressGroup.of(member.record()), groups.size());
      groupOf[i] = known == null ? groups.size() - 1 : known;
    }
    long[] ofGroup = new long[groups.size()];
    for (int i = 0; i < n; i++) {
      ofGroup[groupOf[i]] += own[i];
    }
    long cap = cap(ofGroup);
    double[] weights = new double[n];
    double withStake = 0;
    double without = 0;
    for (int i = 0; i < n; i++) {
      long group = ofGroup[groupOf[i]];
      weights[i] = group <= cap ? own[i] : own[i] * ((double) cap / group);
      if (staked[i]) {
        withStake += weights[i];
      } else {
        without += weights[i];
      }
    }
    double scale = 1;
    while (withStake > 0 && without * scale * UNSTAKED_DIVISOR > withStake) {
      scale /= 2;
    }
    for (int i = 0; i < n; i++) {
      weights[i] *= staked[i] ? 1 : scale;
    }
    return weights;
  }

  private static long mebibytes(long bytes) {
    return Math.max(1, bytes >>> MIB_SHIFT);
  }

  /** The most weight of one group, a power of two. */
  static long cap(long[] groups) {
    long[] sorted = groups.clone();
    Arrays.sort(sorted);
    int count = sorted.length;
    long numerator = count <= 32 ? 1 : 8;
    long denominator = count <= 32 ? 4 : count;
    long rest = 0;
    for (long group : sorted) {
      rest += group;
    }
    for (int capped = 0; capped < count; capped++) {
      long left = denominator - numerator * capped;
      if (left <= 0) {
        break;
      }
      // Divided before multiplied: the sum of all weights may have more than 60 bits.
      long cap = rest / left * numerator + rest % left * numerator / left;
      long heaviest = sorted[count - 1 - capped];
      if (heaviest <= cap) {
        return Long.highestOneBit(Math.max(1, cap));
      }
      rest -= heaviest;
    }
    return count == 0 ? 1 : Long.highestOneBit(Math.max(1, sorted[0]));
  }
}
