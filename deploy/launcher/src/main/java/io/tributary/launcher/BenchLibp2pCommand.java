package io.tributary.launcher;

import io.tributary.bench.libp2p.Libp2pBench;
import io.tributary.bench.libp2p.Libp2pReport;
import io.tributary.bench.libp2p.Row;
import io.tributary.bench.libp2p.Settings;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Measures the libp2p host beside the bare socket, bare TLS and js-libp2p. */
@Command(
    name = "libp2p",
    description = {
      "Measure the libp2p host between two processes on loopback, beside a bare socket,",
      "bare TLS and js-libp2p. Takes about seven minutes; nothing else should run meanwhile."
    },
    mixinStandardHelpOptions = true)
final class BenchLibp2pCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Mixin private final ReportOptions options = new ReportOptions();

  @Option(
      names = "--only",
      split = ",",
      paramLabel = "ROW",
      description =
          "Measure these rows only: raw, bare-tls, tls, noise, noise-jdk, quic, js-noise, js-tls,"
              + " js-quic.")
  private List<String> only = List.of();

  @Option(
      names = "--seconds",
      paramLabel = "N",
      description = "How long each throughput is measured (default: 5).")
  private double seconds = Settings.defaults().window().toMillis() / 1e3;

  @Option(
      names = "--warm-up",
      paramLabel = "N",
      description = "For how many seconds bytes flow before a row's first figure (default: 20).")
  private double warmUpSeconds = Settings.defaults().warmUp().toMillis() / 1e3;

  @Option(
      names = "--spin",
      paramLabel = "MICROS",
      description = "How long event loops wait awake before they sleep (default: 0).")
  private int spinMicros;

  @Override
  public Integer call() throws IOException {
    Libp2pReport report = new Libp2pBench(System.err, settings()).run();
    String json = Libp2pBench.toJson(report);
    return options.print(() -> json, report::toTable);
  }

  private Settings settings() {
    if (!(seconds >= 0.1 && seconds <= 600)) {
      throw new ParameterException(
          spec.commandLine(), "--seconds " + seconds + ": between 0.1 and 600");
    }
    if (!(warmUpSeconds >= 0 && warmUpSeconds <= 600)) {
      throw new ParameterException(
          spec.commandLine(), "--warm-up " + warmUpSeconds + ": between 0 and 600");
    }
    if (spinMicros < 0 || spinMicros > 1000) {
      throw new ParameterException(
          spec.commandLine(), "--spin " + spinMicros + ": between 0 and 1000");
    }
    Settings settings =
        Settings.defaults()
            .withWarmUp(Duration.ofMillis(Math.round(warmUpSeconds * 1000)))
            .withWindow(Duration.ofMillis(Math.round(seconds * 1000)))
            .withSpin(Duration.ofNanos(spinMicros * 1000L));
    return only.isEmpty() ? settings : settings.withRows(rows());
  }

  private Set<Row> rows() {
    Set<Row> rows = new LinkedHashSet<>();
    for (String label : only) {
      rows.add(
          Row.of(label)
              .orElseThrow(
                  () ->
                      new ParameterException(
                          spec.commandLine(), "--only " + label + ": the rows are " + labels())));
    }
    return rows;
  }

  private static String labels() {
    return Arrays.stream(Row.values()).map(Row::label).collect(Collectors.joining(", "));
  }
}
