package io.tributary.cacher.node.demand;

import java.util.List;

/**
 * What is known of demand, and what was done about it since the start.
 *
 * @param tracked fragments whose demand is known
 * @param byHomes how many of them have so many homes by this node's count: element i those with i
 * @param asking homes that are being asked to fetch something
 * @param prefetchBytesPerSecond the most that is fetched ahead
 * @param prefetchBudgetBytes how much may be fetched ahead now
 * @param prefetchedBytes what was fetched ahead
 * @param prefetchedFragments in how many fragments
 * @param prefetchedUsed how many of those were asked for afterwards
 */
public record DemandFigures(
    long tracked,
    List<Integer> byHomes,
    int asking,
    long prefetchBytesPerSecond,
    long prefetchBudgetBytes,
    long prefetchedBytes,
    long prefetchedFragments,
    long prefetchedUsed) {
  /** Copies the list. */
  public DemandFigures {
    byHomes = List.copyOf(byHomes);
  }
}
