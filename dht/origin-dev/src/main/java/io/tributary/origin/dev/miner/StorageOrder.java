package io.tributary.origin.dev.miner;

import io.tributary.content.AccountId;
import io.tributary.content.FragmentHash;
import io.tributary.content.Layout;
import io.tributary.content.Manifest.Segment;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The order to store one file, as the chain has it.
 *
 * @param segments what the file is made of
 * @param miners by column, who is to store it
 * @param reported the columns, 0 to 11, whose miner reported that it has them; all once the file is
 *     stored
 */
public record StorageOrder(List<Segment> segments, List<AccountId> miners, Set<Integer> reported) {
  /**
   * Checks the counts and copies the lists.
   *
   * @throws IllegalArgumentException if there is not one miner per column
   */
  public StorageOrder {
    segments = List.copyOf(segments);
    miners = List.copyOf(miners);
    reported = Set.copyOf(reported);
    if (miners.size() != Layout.COLUMNS) {
      throw new IllegalArgumentException(
          "a deal has " + Layout.COLUMNS + " miners, this has " + miners.size());
    }
  }

  /** Tells whether the file has this fragment in any column. */
  boolean contains(FragmentHash fragment) {
    return segments.stream().anyMatch(segment -> segment.fragments().contains(fragment));
  }

  /** Returns the column a miner is to store, if any. */
  OptionalInt columnOf(AccountId miner) {
    int column = miners.indexOf(miner);
    return column < 0 ? OptionalInt.empty() : OptionalInt.of(column);
  }

  /**
   * Returns the fragments of a column from the last segment to the first: who uploads in file order
   * stores the last one last, so that a column that is not complete yet is told at once.
   */
  Stream<FragmentHash> columnFromTheEnd(int column) {
    return Stream.iterate(segments.size() - 1, i -> i >= 0, i -> i - 1)
        .map(i -> segments.get(i).fragment(column));
  }
}
