package io.tributary.bench.retriever;

import io.tributary.bench.Goal;
import java.util.List;
import java.util.Locale;

/**
 * What a run found.
 *
 * @param setup how it was made
 * @param figures in the order they were measured
 * @param stages what each stage of a download costs
 * @param notes what a reader has to know
 * @param goals what was to be reached
 */
public record RetrieverReport(
    Setup setup, List<Figure> figures, List<Stage> stages, List<String> notes, List<Goal> goals) {
  /** Copies the lists. */
  public RetrieverReport {
    figures = List.copyOf(figures);
    stages = List.copyOf(stages);
    notes = List.copyOf(notes);
    goals = List.copyOf(goals);
  }

  /**
   * How a run was made.
   *
   * @param flags the retriever's
   * @param peer the version of nginx
   * @param isPinned whether servers ran on the first core, and clients and cachers on the second
   */
  public record Setup(List<String> flags, String peer, boolean isPinned) {
    /** Copies the list. */
    public Setup {
      flags = List.copyOf(flags);
    }
  }

  /**
   * One figure.
   *
   * @param name what
   * @param value how much: the median of all rounds
   * @param lowest that of the lowest round
   * @param highest that of the highest
   * @param unit of what
   */
  public record Figure(String name, double value, double lowest, double highest, String unit) {}

  /**
   * What one stage costs by itself.
   *
   * @param name the stage
   * @param cpuSecondsPerGib processor time of the retriever
   * @param gigabytesPerSecond how fast it was alone on one core
   */
  public record Stage(String name, double cpuSecondsPerGib, double gigabytesPerSecond) {}

  /** Returns the report as text for people. */
  public String toTable() {
    StringBuilder table = new StringBuilder();
    line(table, "flags   %s", String.join(" ", setup.flags));
    line(table, "beside  %s", setup.peer);
    line(table, "run     %s", setup.isPinned ? "pinned" : "NOT pinned");
    line(table, "");
    for (Figure f : figures) {
      line(table, "%-44s%12.3f  (%.3f..%.3f)  %s", f.name, f.value, f.lowest, f.highest, f.unit);
    }
    line(table, "");
    line(table, "%-16s%20s%10s", "stage", "CPU s per GiB", "GB/s");
    for (Stage s : stages) {
      line(table, "%-16s%20.3f%10.2f", s.name, s.cpuSecondsPerGib, s.gigabytesPerSecond);
    }
    notes.forEach(note -> line(table, "NOTE  %s", note));
    line(table, "");
    goals.forEach(goal -> line(table, "%s", goal.toLine()));
    return table.toString();
  }

  private static void line(StringBuilder table, String format, Object... values) {
    table.append(String.format(Locale.ROOT, format, values)).append('\n');
  }
}
