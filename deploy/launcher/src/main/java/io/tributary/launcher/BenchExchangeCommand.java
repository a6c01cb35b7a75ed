package io.tributary.launcher;

import io.tributary.bench.exchange.ExchangeBench;
import io.tributary.bench.exchange.ExchangeReport;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Measures what accounting costs. */
@Command(
    name = "exchange",
    description = {
      "Measure what accounting costs: the same fragments over TLS on loopback, with and without.",
      "Takes two to four minutes."
    },
    mixinStandardHelpOptions = true)
final class BenchExchangeCommand implements Callable<Integer> {
  @Mixin private final BenchOptions options = new BenchOptions();

  @Override
  public Integer call() throws IOException {
    ExchangeReport report = new ExchangeBench(options.directory(), System.err).run();
    return options.print(report::toJson, report::toTable);
  }
}
