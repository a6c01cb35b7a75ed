package io.tributary.launcher;

import io.tributary.bench.ledger.LedgerBench;
import io.tributary.bench.ledger.LedgerReport;
import io.tributary.ledger.journal.JournalException;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Measures the bandwidth ledger. */
@Command(
    name = "ledger",
    description = {
      "Measure the bandwidth ledger: signatures, durable vouchers, opening a journal.",
      "Takes about a minute and a gigabyte of disk."
    },
    mixinStandardHelpOptions = true)
final class BenchLedgerCommand implements Callable<Integer> {
  @Mixin private final BenchOptions options = new BenchOptions();

  @Override
  public Integer call() throws IOException, JournalException, InterruptedException {
    LedgerReport report = new LedgerBench(options.directory(), System.err).run();
    return options.print(() -> LedgerBench.toJson(report), report::toTable);
  }
}
