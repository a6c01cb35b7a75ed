package io.tributary.launcher;

import io.tributary.bench.exchange.ExchangeBench;
import io.tributary.bench.exchange.ExchangeReport;
import io.tributary.ledger.journal.JournalException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Measures what accounting costs. */
@Command(
    name = "exchange",
    description = {
      "Measure what accounting costs: the same fragments over TLS on loopback, with and without.",
      "Takes less than a minute."
    },
    mixinStandardHelpOptions = true)
final class BenchExchangeCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  @Option(
      names = "--dir",
      paramLabel = "DIR",
      description = "A directory for the journals; default: the temporary directory.")
  private Path directory = Path.of(System.getProperty("java.io.tmpdir"));

  @Override
  public Integer call() throws IOException, JournalException, InterruptedException {
    ExchangeReport report = new ExchangeBench(directory, System.err).run();
    PrintWriter out = spec.commandLine().getOut();
    out.println(json ? report.toJson() : report.toTable());
    out.flush();
    return ExitCode.OK.code();
  }
}
