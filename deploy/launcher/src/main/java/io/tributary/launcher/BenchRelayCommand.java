package io.tributary.launcher;

import io.tributary.bench.relay.RelayBench;
import io.tributary.bench.relay.RelayReport;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Measures what a relay costs. */
@Command(
    name = "relay",
    description = {
      "Measure what a relay costs: the processor time of the bytes it passes on, and the memory",
      "of peers that wait behind it. Takes two minutes."
    },
    mixinStandardHelpOptions = true)
final class BenchRelayCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  @Override
  public Integer call() throws IOException {
    RelayReport report = new RelayBench(RelayBench.Settings.defaults(), System.err).run();
    PrintWriter out = spec.commandLine().getOut();
    out.println(json ? report.toJson() : report.toTable());
    out.flush();
    return ExitCode.OK.code();
  }
}
