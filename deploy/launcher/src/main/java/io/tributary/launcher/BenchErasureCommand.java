package io.tributary.launcher;

import io.tributary.bench.ErasureBench;
import io.tributary.bench.ErasureReport;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Measures the erasure code beside SHA-256. */
@Command(
    name = "erasure",
    description = {
      "Measure the erasure code, plain and SIMD, beside the JDK's SHA-256 and openssl's.",
      "Takes about a minute. For figures worth quoting: taskset -c 1 tributary bench erasure"
    },
    mixinStandardHelpOptions = true)
final class BenchErasureCommand implements Callable<Integer> {
  @Mixin private final ReportOptions options = new ReportOptions();

  @Override
  public Integer call() throws IOException {
    ErasureReport report = new ErasureBench(System.err).run();
    String json = ErasureBench.toJson(report);
    return options.print(() -> json, report::toTable);
  }
}
