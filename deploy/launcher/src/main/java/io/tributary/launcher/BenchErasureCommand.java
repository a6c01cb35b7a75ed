package io.tributary.launcher;

import io.tributary.bench.ErasureBench;
import io.tributary.bench.ErasureReport;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Measures the erasure code beside SHA-256. */
@Command(
    name = "erasure",
    description = {
      "Measure the erasure code, plain and SIMD, beside the JDK's SHA-256 and openssl's.",
      "Takes about a minute. For figures worth quoting: taskset -c 1 tributary bench erasure"
    },
    mixinStandardHelpOptions = true)
final class BenchErasureCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  @Override
  public Integer call() throws IOException {
    ErasureReport report = new ErasureBench(System.err).run();
    PrintWriter out = spec.commandLine().getOut();
    out.println(json ? ErasureBench.toJson(report) : report.toTable());
    out.flush();
    return ExitCode.OK.code();
  }
}
