package io.tributary.bench.cacher;

import io.tributary.bench.Goal;
import io.tributary.bench.store.StoreReport;
import java.util.List;
import java.util.Locale;

/**
 * What a measurement of a cacher beside its peers found.
 *
 * @param setup how it ran
 * @param figures one for each row and server
 * @param ratios one for each row and server that a cacher is compared with
 * @param heap the cacher's heap after all rows
 * @param store what its store does by itself; none if that was left out
 * @param notes what could not be measured, and why
 * @param goals what was to be reached
 */
public record CacherReport(
    Setup setup,
    List<Figure> figures,
    List<Ratio> ratios,
    Heap heap,
    List<StoreReport> store,
    List<String> notes,
    List<Goal> goals) {
  /** Copies the lists. */
  public CacherReport {
    figures = List.copyOf(figures);
    ratios = List.copyOf(ratios);
    store = List.copyOf(store);
    notes = List.copyOf(notes);
    goals = List.copyOf(goals);
  }

  /**
   * How it ran.
   *
   * @param congestion how TCP paces itself
   * @param flags the server's
   * @param peers the versions of the others
   * @param isPinned whether servers ran on the first core, and the client on the second
   * @param rounds how many rounds
   * @param secondsPerRound how long each figure was measured in each
   */
  public record Setup(
      String congestion,
      List<String> flags,
      List<String> peers,
      boolean isPinned,
      int rounds,
      double secondsPerRound) {
    /** Copies the lists. */
    public Setup {
      flags = List.copyOf(flags);
      peers = List.copyOf(peers);
    }
  }

  /**
   * Medians over all rounds.
   *
   * @param row what was asked for
   * @param server who answered
   * @param answersPerSecond how many answers
   * @param lowest those of the worst round
   * @param highest those of the best
   * @param gigabytesPerSecond content, thousand millions of bytes
   * @param serverCpu which part of a core the server used
   * @param clientCpu which part of a core the client used: near 1, the client was the limit
   * @param p50Micros from request to last byte
   * @param p99Micros likewise
   * @param p999Micros likewise
   */
  public record Figure(
      String row,
      String server,
      double answersPerSecond,
      double lowest,
      double highest,
      double gigabytesPerSecond,
      double serverCpu,
      double clientCpu,
      double p50Micros,
      double p99Micros,
      double p999Micros) {}

  /**
   * A cacher's answers per second, divided by another's in the same round.
   *
   * @param row what was asked for
   * @param server the other
   * @param median over the rounds
   * @param lowest that of the worst round
   * @param highest that of the best
   */
  public record Ratio(String row, String server, double median, double lowest, double highest) {}

  /**
   * A cacher's heap after a collection.
   *
   * @param usedBytes what is in use
   * @param committedBytes what it has of the machine
   */
  public record Heap(long usedBytes, long committedBytes) {}

  /** Returns the report as text for people. */
  public String toTable() {
    StringBuilder table = new StringBuilder();
    line(table, "flags   %s", String.join(" ", setup.flags));
    line(table, "peers   %s", String.join("; ", setup.peers));
    line(
        table,
        "run     %d rounds of %.1f s, %s, TCP paced by %s",
        setup.rounds,
        setup.secondsPerRound,
        setup.isPinned ? "pinned" : "NOT pinned",
        setup.congestion);
    line(table, "");
    line(
        table,
        "%-13s%-9s%10s%21s%8s%8s%8s%9s%9s%9s",
        "",
        "",
        "answers/s",
        "lowest..highest",
        "GB/s",
        "server",
        "client",
        "p50 us",
        "p99 us",
        "p99.9 us");
    for (Figure f : figures) {
      line(
          table,
          "%-13s%-9s%10.0f%21s%8.2f%8.2f%8.2f%9.0f%9.0f%9.0f",
          f.row,
          f.server,
          f.answersPerSecond,
          String.format(Locale.ROOT, "%.0f..%.0f", f.lowest, f.highest),
          f.gigabytesPerSecond,
          f.serverCpu,
          f.clientCpu,
          f.p50Micros,
          f.p99Micros,
          f.p999Micros);
    }
    line(table, "");
    for (Ratio r : ratios) {
      line(
          table,
          "%-13scacher / %-9s%8.2f  (%.2f..%.2f)",
          r.row,
          r.server,
          r.median,
          r.lowest,
          r.highest);
    }
    line(
        table,
        "heap of the cacher %.1f MiB in use, %.1f MiB committed",
        heap.usedBytes / 1048576.0,
        heap.committedBytes / 1048576.0);
    store.forEach(each -> table.append('\n').append(each.toTable()));
    notes.forEach(note -> line(table, "NOTE  %s", note));
    line(table, "");
    goals.forEach(goal -> line(table, "%s", goal.toLine()));
    return table.toString();
  }

  private static void line(StringBuilder table, String format, Object... values) {
    table.append(String.format(Locale.ROOT, format, values)).append('\n');
  }
}
