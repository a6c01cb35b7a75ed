package io.tributary.launcher;

import io.tributary.bench.HomesBench;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Measures how long it takes to compute a fragment's homes. */
@Command(
    name = "homes",
    description = {
      "Measure how long it takes to compute a fragment's homes in a region of 5000 cachers.",
      "Takes less than a minute."
    },
    mixinStandardHelpOptions = true)
final class BenchHomesCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  @Override
  public Integer call() {
    HomesBench.Report report = new HomesBench(System.err).run();
    PrintWriter out = spec.commandLine().getOut();
    out.println(json ? report.toJson() : report.toTable());
    out.flush();
    return ExitCode.OK.code();
  }
}
