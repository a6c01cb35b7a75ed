package io.tributary.launcher;

import io.tributary.bench.ledger.LedgerBench;
import io.tributary.bench.ledger.LedgerReport;
import io.tributary.ledger.journal.JournalException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Measures the bandwidth ledger. */
@Command(
    name = "ledger",
    description = {
      "Measure the bandwidth ledger: signatures, durable vouchers, opening a journal.",
      "Takes about a minute and a gigabyte of disk."
    },
    mixinStandardHelpOptions = true)
final class BenchLedgerCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  @Option(
      names = "--dir",
      paramLabel = "DIR",
      description = "A directory on the disk to be measured; default: the temporary directory.")
  private Path directory = Path.of(System.getProperty("java.io.tmpdir"));

  @Override
  public Integer call() throws IOException, JournalException, InterruptedException {
    LedgerReport report = new LedgerBench(directory, System.err).run();
    PrintWriter out = spec.commandLine().getOut();
    out.println(json ? LedgerBench.toJson(report) : report.toTable());
    out.flush();
    return ExitCode.OK.code();
  }
}
