package io.tributary.launcher;

import io.tributary.bench.relay.RelayBench;
import io.tributary.bench.relay.RelayReport;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Measures what a relay costs. */
@Command(
    name = "relay",
    description = {
      "Measure what a relay costs: the processor time of the bytes it passes on, and the memory",
      "of peers that wait behind it. Takes two minutes."
    },
    mixinStandardHelpOptions = true)
final class BenchRelayCommand implements Callable<Integer> {
  @Mixin private final ReportOptions options = new ReportOptions();

  @Override
  public Integer call() throws IOException {
    RelayReport report = new RelayBench(RelayBench.Settings.defaults(), System.err).run();
    return options.print(report::toJson, report::toTable);
  }
}
