package io.tributary.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.tributary.bench.ErasureReport.Figure;
import io.tributary.content.Layout;
import io.tributary.content.erasure.ErasureCode.Engine;
import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/**
 * The program that measures the erasure code and SHA-256 in one run of about a minute.
 *
 * <p>Every measurement has a JVM of its own. Pin the program to one core, and let nothing else run.
 */
public final class ErasureBench {
  private static final List<String> FLAGS = List.of("--add-modules=jdk.incubator.vector", "-Xmx1g");
  private static final String SHA256 = "sha256";
  private static final String JDK = "JDK";
  private static final String OPENSSL = "OPENSSL";

  /** What is measured in every kind of memory, and what only where nodes keep fragments. */
  private static final List<String> EVERYWHERE = List.of("encode", "oneLost");

  private static final List<String> DIRECT_ONLY = List.of("fourLost", "range");

  private final PrintStream progress;
  private final TimeValue warmUp;
  private final TimeValue measurement;

  /** Makes the program; it tells a person on {@code progress} what it is at. */
  public ErasureBench(PrintStream progress) {
    this(progress, TimeValue.milliseconds(700), TimeValue.milliseconds(300));
  }

  ErasureBench(PrintStream progress, TimeValue warmUp, TimeValue measurement) {
    this.progress = progress;
    this.warmUp = warmUp;
    this.measurement = measurement;
  }

  /** Prints the report: a table, or with {@code --json} a JSON object. */
  public static void main(String[] arguments) throws IOException {
    ErasureReport report = new ErasureBench(System.err).run();
    System.out.println(
        Arrays.asList(arguments).contains("--json") ? toJson(report) : report.toTable());
  }

  /** Returns a report as a JSON object. */
  public static String toJson(ErasureReport report) throws IOException {
    return new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT).writeValueAsString(report);
  }

  /**
   * Measures.
   *
   * @throws IllegalStateException if a measured process fails; its output says why
   */
  public ErasureReport run() {
    List<RunResult> results = new ArrayList<>();
    results.addAll(measure(Sha256Benchmark.class, List.of(SHA256), Memory.values()));
    results.addAll(measure(ErasureBenchmark.class, EVERYWHERE, Memory.values()));
    results.addAll(measure(ErasureBenchmark.class, DIRECT_ONLY, Memory.DIRECT));
    List<Figure> figures = new ArrayList<>(results.stream().map(ErasureBench::figure).toList());
    progress.println("measuring openssl");
    OpensslSpeed.sha256MegabytesPerSecond()
        .ifPresent(
            speed ->
                figures.add(
                    new Figure(
                        SHA256, OPENSSL, Memory.DIRECT, Layout.SEGMENT_BYTES / speed, speed, 0)));
    return report(figures);
  }

  private List<RunResult> measure(Class<?> benchmark, List<String> methods, Memory... memories) {
    progress.println("measuring " + String.join(", ", methods));
    return JmhRun.silent(
        new OptionsBuilder()
            .include("^" + benchmark.getName() + "\\.(" + String.join("|", methods) + ")$")
            .param("memory", Stream.of(memories).map(Enum::name).toArray(String[]::new))
            .warmupTime(warmUp)
            .measurementTime(measurement)
            .jvmArgs(FLAGS.toArray(String[]::new)));
  }

  private static Figure figure(RunResult result) {
    BenchmarkParams params = result.getParams();
    String work = params.getBenchmark().substring(params.getBenchmark().lastIndexOf('.') + 1);
    double bytes =
        work.equals("range")
            ? (double) Layout.DATA_COLUMNS * ErasureBenchmark.RANGE_BYTES
            : Layout.SEGMENT_BYTES;
    double microseconds = result.getPrimaryResult().getStatistics().getPercentile(50);
    return new Figure(
        work,
        work.equals(SHA256) ? JDK : params.getParam("engine"),
        Memory.valueOf(params.getParam("memory")),
        microseconds,
        bytes / microseconds,
        0);
  }

  /** Makes the report of figures whose ratios are not set yet. */
  static ErasureReport report(List<Figure> figures) {
    double sha256 = new Speeds(figures).fastest(SHA256, JDK);
    return new ErasureReport(
        FLAGS,
        figures.stream().map(figure -> figure.relativeTo(sha256)).toList(),
        goals(figures, Runtime.version().feature()));
  }

  static List<Goal> goals(List<Figure> figures, int jdkRelease) {
    Speeds speeds = new Speeds(figures);
    double sha256 = speeds.fastest(SHA256, JDK);
    List<Goal> goals = new ArrayList<>();
    for (Engine engine : Engine.values()) {
      double wanted = engine == Engine.PLAIN ? 0.33 : jdkRelease >= 25 ? 1.3 : 1.0;
      double reached = speeds.slowest("encode", engine.name()) / sha256;
      goals.add(Goal.atLeast("encode " + engine + " / SHA-256", reached, wanted));
    }
    for (Engine engine : Engine.values()) {
      double reached = speeds.lowestRatio("oneLost", "encode", engine.name());
      goals.add(Goal.atLeast("one lost column / encode, " + engine, reached, 2.5));
    }
    if (speeds.has(SHA256, OPENSSL)) {
      double reached = sha256 / speeds.fastest(SHA256, OPENSSL);
      goals.add(Goal.atLeast("SHA-256, JDK / openssl", reached, 0.9));
    }
    return goals;
  }
}
