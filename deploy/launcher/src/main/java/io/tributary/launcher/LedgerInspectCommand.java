package io.tributary.launcher;

import io.tributary.ledger.book.Ledger;
import io.tributary.ledger.book.LedgerRecord;
import io.tributary.ledger.journal.Journal;
import io.tributary.ledger.journal.JournalException;
import io.tributary.ledger.journal.JournalOptions;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Checks every record of a ledger's directory. */
@Command(
    name = "inspect",
    description = {
      "Read and check every record of a ledger's directory, and count them by kind.",
      "Exit code 5 if one is damaged."
    },
    mixinStandardHelpOptions = true)
final class LedgerInspectCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(paramLabel = "DIR", description = "The ledger's directory.")
  private Path directory = Path.of("");

  @Override
  public Integer call() throws JournalException {
    Map<LedgerRecord.Kind, Long> counts = new EnumMap<>(LedgerRecord.Kind.class);
    Journal.Summary summary =
        Ledger.read(
            directory,
            JournalOptions.defaults(),
            true,
            (sequence, at, entry) -> counts.merge(entry.kind(), 1L, Long::sum));
    PrintWriter out = spec.commandLine().getOut();
    out.println("segments  " + summary.segments());
    out.println("records   " + summary.firstSequence() + " to " + (summary.nextSequence() - 1));
    counts.forEach((kind, count) -> out.println("  %-14s %d".formatted(kind.name(), count)));
    if (summary.isTorn()) {
      out.println("An unfinished batch stands at the end; nobody was told of it.");
    }
    out.flush();
    return ExitCode.OK.code();
  }
}
