package io.tributary.bench.retriever;

import io.tributary.bench.Goal;
import java.util.List;
import java.util.Locale;

/**
 * What a run found.
 *
 * @param machine where, and how
 * @param figures in the order they were measured
 * @param stages what each stage of a download costs
 * @param notes what a reader has to know
 * @param goals what was to be reached
 */
public record RetrieverReport(
    Machine machine,
    List<Figure> figures,
    List<Stage> stages,
    List<String> notes,
    List<Goal> goals) {
  /** Copies the lists. */
  public RetrieverReport {
    figures = List.copyOf(figures);
    stages = List.copyOf(stages);
    notes = List.copyOf(notes);
    goals = List.copyOf(goals);
  }

  /**
   * Where a run was made.
   *
   * @param cpu the processor
   * @param processors how many this process may use
   * @param kernel the operating system and its version
   * @param jdk the Java of all processes
   * @param flags the retriever's
   * @param peer the version of nginx
   * @param commit what was measured
   * @param isPinned whether servers ran on the first core, and clients and cachers on the second
   * @param loadBefore how many processes ran before
   */
  public record Machine(
      String cpu,
      int processors,
      String kernel,
      String jdk,
      List<String> flags,
      String peer,
      String commit,
      boolean isPinned,
      double loadBefore) {
    /** Copies the list. */
    public Machine {
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
    line(table, "CPU     %s, %d", machine.cpu, machine.processors);
    line(table, "kernel  %s", machine.kernel);
    line(table, "JDK     %s %s", machine.jdk, String.join(" ", machine.flags));
    line(table, "beside  %s", machine.peer);
    line(
        table,
        "run     %s, %s, load before %.1f",
        machine.commit,
        machine.isPinned ? "pinned" : "NOT pinned",
        machine.loadBefore);
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
