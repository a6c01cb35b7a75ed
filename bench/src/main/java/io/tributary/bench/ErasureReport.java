package io.tributary.bench;

import java.util.List;
import java.util.Locale;

/**
 * The figures of one run of {@link ErasureBench}, and how they stand against the goals.
 *
 * @param flags the JVM flags of the measured processes
 * @param figures what was measured
 * @param goals what was to be reached
 */
public record ErasureReport(List<String> flags, List<Figure> figures, List<Goal> goals) {
  /** Copies the lists. */
  public ErasureReport {
    flags = List.copyOf(flags);
    figures = List.copyOf(figures);
    goals = List.copyOf(goals);
  }

  /**
   * One measurement.
   *
   * @param work what was done, as the benchmark method is called
   * @param engine the engine of the erasure code, or who computed SHA-256: {@code JDK} or {@code
   *     OPENSSL}
   * @param memory where the bytes lay
   * @param microseconds the median time of one operation, on a segment if not on a range
   * @param megabytesPerSecond millions of bytes read per second: of data columns when encoding, of
   *     the four sources when reconstructing
   * @param ratioToSha256 this speed over the faster of the JDK's SHA-256
   */
  public record Figure(
      String work,
      String engine,
      Memory memory,
      double microseconds,
      double megabytesPerSecond,
      double ratioToSha256) {
    Figure relativeTo(double sha256MegabytesPerSecond) {
      double ratio = megabytesPerSecond / sha256MegabytesPerSecond;
      return new Figure(work, engine, memory, microseconds, megabytesPerSecond, ratio);
    }
  }

  /** Returns the report as text for people. */
  public String toTable() {
    StringBuilder table = new StringBuilder();
    table.append("flags  ").append(String.join(" ", flags)).append("\n\n");
    line(table, "%-10s%-9s%-8s%12s%10s%12s", "work", "engine", "memory", "us", "MB/s", "x SHA-256");
    for (Figure f : figures) {
      line(
          table,
          "%-10s%-9s%-8s%12.1f%10.0f%12.2f",
          f.work,
          f.engine,
          f.memory,
          f.microseconds,
          f.megabytesPerSecond,
          f.ratioToSha256);
    }
    table.append('\n');
    for (Goal goal : goals) {
      table.append(goal.toLine()).append('\n');
    }
    return table.toString();
  }

  private static void line(StringBuilder table, String format, Object... values) {
    table.append(String.format(Locale.ROOT, format, values).stripTrailing()).append('\n');
  }
}
