package io.tributary.content;

import java.util.List;

/**
 * Where a file's fragments lie and whether they can be had: true for a while only.
 *
 * @param segments per segment, in file order, the seats of its columns
 */
public record Placement(List<List<Seat>> segments) {
  /**
   * Checks the counts and copies the lists.
   *
   * @throws IllegalArgumentException if a segment does not have one seat per column
   */
  public Placement {
    segments = segments.stream().map(List::copyOf).toList();
    for (List<Seat> columns : segments) {
      if (columns.size() != Layout.COLUMNS) {
        throw new IllegalArgumentException(
            "a segment has " + Layout.COLUMNS + " seats, this has " + columns.size());
      }
    }
  }

  /**
   * The storage miner of one fragment.
   *
   * @param miner the account of the miner
   * @param available whether the chain believes the miner still has the fragment
   */
  public record Seat(AccountId miner, boolean available) {}

  /** Returns the seat of a fragment. */
  public Seat seat(int segment, int column) {
    return segments.get(segment).get(column);
  }
}
