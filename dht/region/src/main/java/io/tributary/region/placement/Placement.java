package io.tributary.region.placement;

import io.tributary.content.FragmentHash;
import io.tributary.region.Region;
import io.tributary.region.record.SignedRecord;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/**
 * The homes of all fragments in a region, given its members: each fragment's own order of them, of
 * which the first few are its homes.
 *
 * <p>Everybody who knows the same members and stakes computes the same homes. A member that joins
 * takes its share of fragments from the others; one that leaves gives its share to them; nothing
 * else moves, but for the rare steps described in the weights. A home that is busy is passed over
 * for the next in order.
 *
 * <p>Immutable and thread-safe.
 */
public final class Placement {
  /** How many members a level needs for placement to happen in it and not in its parent. */
  public static final int MIN_MEMBERS = 8;

  /** The most homes that are computed of a fragment. */
  public static final int MAX_HOMES = 64;

  private final Region level;
  private final SignedRecord[] members;
  private final Ranking ranking;

  private Placement(Region level, List<SignedRecord> sorted, StakeView stakes) {
    this.level = level;
    this.members = sorted.toArray(SignedRecord[]::new);
    this.ranking =
        new Ranking(
            Arrays.stream(members).mapToLong(SignedRecord::key).toArray(),
            Weights.of(sorted, stakes));
  }

  /**
   * The placement in a region's most specific level that has at least {@value #MIN_MEMBERS}
   * members; in its widest if none has.
   *
   * @param region where fragments are wanted
   * @param members of the region's widest level; those outside it are left out
   */
  public static Placement of(Region region, Collection<SignedRecord> members, StakeView stakes) {
    List<Region> levels = region.levels();
    int specific = levels.size() - 1;
    while (specific > 0 && count(levels.get(specific), members) < MIN_MEMBERS) {
      specific--;
    }
    return at(levels.get(specific), members, stakes);
  }

  private static long count(Region level, Collection<SignedRecord> members) {
    return members.stream().filter(m -> level.contains(m.record().region())).count();
  }

  /** The placement in exactly this level; members outside it are left out. */
  public static Placement at(Region level, Collection<SignedRecord> members, StakeView stakes) {
    List<SignedRecord> sorted = new ArrayList<>(members);
    sorted.removeIf(m -> !level.contains(m.record().region()));
    sorted.sort(
        Comparator.<SignedRecord>comparingLong(m -> m.key() ^ Long.MIN_VALUE)
            .thenComparing(m -> m.record().peer()));
    return new Placement(level, sorted, stakes);
  }

  /** Returns the level in which homes are computed. */
  public Region level() {
    return level;
  }

  /** Returns how many members there are. */
  public int size() {
    return members.length;
  }

  /**
   * Returns a fragment's homes, the first in order first.
   *
   * @param count how many, 1 to {@value #MAX_HOMES}; fewer are returned if there are fewer members
   */
  public List<SignedRecord> homes(FragmentHash fragment, int count) {
    if (count < 1 || count > MAX_HOMES) {
      throw new IllegalArgumentException("1 to " + MAX_HOMES + " homes, not " + count);
    }
    int[] first = ranking.first(fragment.digest().word0(), count);
    SignedRecord[] homes = new SignedRecord[first.length];
    for (int i = 0; i < first.length; i++) {
      homes[i] = members[first[i]];
    }
    return List.of(homes);
  }
}
