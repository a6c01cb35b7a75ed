package io.tributary.bench;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tributary.bench.HomesBench.Report.Figure;
import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.util.Statistics;

/**
 * The program that measures how long it takes to compute a fragment's homes among thousands of
 * members, and the placement they come from. Every measurement has a JVM of its own.
 */
public final class HomesBench {
  private static final double GOAL_MICROS = 20;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final PrintStream progress;
  private final TimeValue iteration;

  /** Makes the program; it tells a person on {@code progress} what it is at. */
  public HomesBench(PrintStream progress) {
    this(progress, TimeValue.seconds(1));
  }

  HomesBench(PrintStream progress, TimeValue iteration) {
    this.progress = progress;
    this.iteration = iteration;
  }

  /**
   * Measures for less than a minute.
   *
   * @throws IllegalStateException if a measured process fails; its output says why
   */
  public Report run() {
    progress.println("measuring placements of 5000 members");
    List<Figure> figures =
        JmhRun.silent(
                new OptionsBuilder()
                    .include("^" + HomesBenchmark.class.getName() + "\\..*$")
                    .warmupTime(iteration)
                    .measurementTime(iteration)
                    .jvmArgs("-Xmx1g"))
            .stream()
            .map(HomesBench::figure)
            .toList();
    return report(figures);
  }

  /** Makes the report of figures. */
  static Report report(List<Figure> figures) {
    List<Goal> goals =
        figures.stream()
            .filter(figure -> figure.work().equals("homes"))
            .map(
                figure ->
                    Goal.atMost(
                        "microseconds for " + figure.homes() + " homes",
                        figure.medianMicros(),
                        GOAL_MICROS))
            .toList();
    return new Report(figures, goals);
  }

  private static Figure figure(RunResult result) {
    String name = result.getParams().getBenchmark();
    Statistics times = result.getPrimaryResult().getStatistics();
    return new Figure(
        name.substring(name.lastIndexOf('.') + 1),
        Integer.parseInt(result.getParams().getParam("members")),
        Integer.parseInt(result.getParams().getParam("homes")),
        times.getPercentile(50),
        times.getMax());
  }

  /**
   * The figures of one run.
   *
   * @param figures what was measured
   * @param goals what was to be reached
   */
  public record Report(List<Figure> figures, List<Goal> goals) {
    /** Copies the lists. */
    public Report {
      figures = List.copyOf(figures);
      goals = List.copyOf(goals);
    }

    /**
     * One measurement.
     *
     * @param work what was done, as the benchmark method is called
     * @param members of the region
     * @param homes how many were asked for
     * @param medianMicros of the iterations' means, in microseconds
     * @param maxMicros the slowest iteration's mean
     */
    public record Figure(
        String work, int members, int homes, double medianMicros, double maxMicros) {}

    /** Returns the report as a JSON object. */
    public String toJson() {
      try {
        return JSON.writeValueAsString(this);
      } catch (JsonProcessingException e) {
        throw new IllegalStateException("a report of ours cannot be written as JSON", e);
      }
    }

    /** Returns the report as text for people. */
    public String toTable() {
      StringBuilder table = new StringBuilder();
      line(table, "%-24s%10s%8s%12s%12s", "work", "members", "homes", "median us", "max us");
      for (Figure f : figures) {
        line(
            table,
            "%-24s%10d%8d%12.1f%12.1f",
            f.work,
            f.members,
            f.homes,
            f.medianMicros,
            f.maxMicros);
      }
      line(table, "");
      goals.forEach(goal -> line(table, "%s", goal.toLine()));
      return table.toString();
    }

    private static void line(StringBuilder table, String format, Object... values) {
      table.append(String.format(Locale.ROOT, format, values)).append('\n');
    }
  }
}
