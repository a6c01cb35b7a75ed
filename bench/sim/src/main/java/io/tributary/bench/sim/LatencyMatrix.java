package io.tributary.bench.sim;

import java.time.Duration;
import java.util.List;

/** One-way delays between regions. Immutable. */
public final class LatencyMatrix {

  private final List<String> names;
  private final long[][] nanos;

  /**
   * @param names the regions
   * @param oneWayMillis the delay from each to each, square and at least 0
   */
  public LatencyMatrix(List<String> names, int[][] oneWayMillis) {
    this.names = List.copyOf(names);
    this.nanos = new long[names.size()][names.size()];
    if (oneWayMillis.length != names.size()) {
      throw new IllegalArgumentException(
          names.size() + " regions, " + oneWayMillis.length + " rows");
    }
    for (int from = 0; from < nanos.length; from++) {
      if (oneWayMillis[from].length != names.size()) {
        throw new IllegalArgumentException("row " + from + " has " + oneWayMillis[from].length);
      }
      for (int to = 0; to < nanos.length; to++) {
        nanos[from][to] = Duration.ofMillis(oneWayMillis[from][to]).toNanos();
      }
    }
  }

  /** Six regions of the world, with delays as between large data centres. */
  public static LatencyMatrix world() {
    return new LatencyMatrix(
        List.of("eu", "na-east", "na-west", "sa", "asia", "oceania"),
        new int[][] {
          {8, 42, 72, 95, 85, 130},
          {42, 8, 32, 60, 95, 100},
          {72, 32, 8, 88, 60, 70},
          {95, 60, 88, 10, 140, 150},
          {85, 95, 60, 140, 20, 60},
          {130, 100, 70, 150, 60, 10}
        });
  }

  /** How many regions there are. */
  public int regions() {
    return names.size();
  }

  /** A region's name. */
  public String name(int region) {
    return names.get(region);
  }

  /** The delay from one region to another, in nanoseconds. */
  public long oneWayNanos(int from, int to) {
    return nanos[from][to];
  }
}
