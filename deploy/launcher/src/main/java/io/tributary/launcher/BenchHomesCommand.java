package io.tributary.launcher;

import io.tributary.bench.HomesBench;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Measures how long it takes to compute a fragment's homes. */
@Command(
    name = "homes",
    description = {
      "Measure how long it takes to compute a fragment's homes in a region of 5000 cachers.",
      "Takes less than a minute."
    },
    mixinStandardHelpOptions = true)
final class BenchHomesCommand implements Callable<Integer> {
  @Mixin private final ReportOptions options = new ReportOptions();

  @Override
  public Integer call() {
    HomesBench.Report report = new HomesBench(System.err).run();
    return options.print(report::toJson, report::toTable);
  }
}
