package io.tributary.bench.store;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import java.util.Locale;

/**
 * What a measurement of the store found.
 *
 * @param directory where the store's files were
 * @param fill fragments that come in
 * @param read fragments that are read
 * @param hits what the judge's choice is worth
 * @param recovery a start after a kill
 * @param large a start of a large store
 * @param goals what was to be reached
 */
public record StoreReport(
    String directory,
    Fill fill,
    Read read,
    List<Hits> hits,
    Start recovery,
    Start large,
    List<Goal> goals) {
  /** Copies the lists. */
  public StoreReport {
    hits = List.copyOf(hits);
    goals = List.copyOf(goals);
  }

  /**
   * Whole fragments, medians of rounds, millions of bytes a second.
   *
   * @param sha256 hashing alone, from direct memory
   * @param hashAndPut reservation, copy in pieces of 64 KiB, hash, completion and removal of
   *     another
   * @param ratio the median of the ratios of neighbouring rounds
   * @param firstTouch the same into a file that was never written to
   */
  public record Fill(double sha256, double hashAndPut, double ratio, double firstTouch) {}

  /**
   * Reads under pins.
   *
   * @param copyOut bytes copied from pinned fragments, millions a second
   * @param pinsPerSecond look-ups that find, pin and unpin
   */
  public record Read(double copyOut, double pinsPerSecond) {}

  /**
   * Shares of requests that were hits: 100 000 names, a quarter of the requests for something else
   * that comes once, favourites that change, room for a twentieth of the names.
   *
   * @param alpha the exponent of Zipf's law
   * @param hits by the store's judge, whose room is less that of the fills
   * @param best by Belady's rule, which knows the future and has all the room
   * @param lru by the least-recently-used rule, with all the room
   * @param nanosPerRequest what the judge takes for one
   */
  public record Hits(double alpha, double hits, double best, double lru, double nanosPerRequest) {
    /** Returns the part of the best that was reached. */
    @JsonProperty
    public double ofBest() {
      return hits / best;
    }
  }

  /**
   * The start of a store in a process of its own.
   *
   * @param kind how the file was found
   * @param quotaBytes the store's quota
   * @param fragments how many fragments it held
   * @param openSeconds from the call until the store was open
   * @param processSeconds from the start of the process
   * @param heapBytes the heap in use afterwards, garbage collected
   */
  public record Start(
      String kind,
      long quotaBytes,
      long fragments,
      double openSeconds,
      double processSeconds,
      long heapBytes) {}

  /**
   * A figure that was to be reached.
   *
   * @param name what it says
   * @param value what was reached
   * @param wanted what was to be reached
   * @param isAtMost whether less is better
   */
  public record Goal(String name, double value, double wanted, boolean isAtMost) {
    /** Tells whether the goal was reached. */
    @JsonProperty
    public boolean reached() {
      return isAtMost ? value <= wanted : value >= wanted;
    }
  }

  /** Returns the report as text for people. */
  public String toTable() {
    StringBuilder table = new StringBuilder();
    line(table, "store  %s", directory);
    line(table, "");
    line(table, "SHA-256 alone        %8.0f MB/s", fill.sha256);
    line(table, "hash and put         %8.0f MB/s", fill.hashAndPut);
    line(table, "  into a fresh file  %8.0f MB/s", fill.firstTouch);
    line(table, "pinned, copied out   %8.0f MB/s", read.copyOut);
    line(table, "find, pin, unpin     %8.0f /s", read.pinsPerSecond);
    line(table, "");
    line(table, "%-8s%8s%8s%8s%8s%10s", "alpha", "hits", "best", "lru", "of best", "ns");
    for (Hits h : hits) {
      line(
          table,
          "%-8.2f%8.3f%8.3f%8.3f%8.3f%10.0f",
          h.alpha,
          h.hits,
          h.best,
          h.lru,
          h.ofBest(),
          h.nanosPerRequest);
    }
    line(table, "");
    line(
        table, "%-10s%10s%10s%10s%10s%10s", "start", "GiB", "holds", "open s", "all s", "heap MiB");
    for (Start s : List.of(recovery, large)) {
      line(
          table,
          "%-10s%10.1f%10d%10.2f%10.2f%10.1f",
          s.kind,
          s.quotaBytes / (double) (1 << 30),
          s.fragments,
          s.openSeconds,
          s.processSeconds,
          s.heapBytes / (double) (1 << 20));
    }
    line(table, "");
    for (Goal goal : goals) {
      line(
          table,
          "%-46s%10.3f  (%s %.2f)  %s",
          goal.name,
          goal.value,
          goal.isAtMost ? "at most" : "at least",
          goal.wanted,
          goal.reached() ? "reached" : "MISSED");
    }
    return table.toString();
  }

  private static void line(StringBuilder table, String format, Object... values) {
    table.append(String.format(Locale.ROOT, format, values)).append('\n');
  }
}
