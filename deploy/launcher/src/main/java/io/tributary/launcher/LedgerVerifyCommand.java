package io.tributary.launcher;

import io.tributary.ledger.MalformedLedgerValueException;
import io.tributary.ledger.receipt.Outcome;
import io.tributary.ledger.receipt.ReceiptFile;
import io.tributary.ledger.receipt.SignedReceipts;
import io.tributary.ledger.signature.Curve;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Checks a list of receipts. */
@Command(
    name = "verify",
    description = {
      "Check a download's list of receipts: that its signer signed all of them and no others.",
      "Exit code 5 if not."
    },
    mixinStandardHelpOptions = true)
final class LedgerVerifyCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(paramLabel = "FILE", description = "The list, lines of JSON.")
  private Path file = Path.of("");

  @Override
  public Integer call() throws IOException {
    SignedReceipts signed;
    try (BufferedReader in = Files.newBufferedReader(file)) {
      signed = ReceiptFile.read(in);
    } catch (MalformedLedgerValueException e) {
      throw new CommandFailure(ExitCode.INTEGRITY, file + ": " + e.getMessage(), e);
    }
    if (!signed.isGenuine(Curve.fastest())) {
      throw new CommandFailure(
          ExitCode.INTEGRITY,
          file + ": the signature is not that of " + signed.signer() + " under these receipts");
    }
    PrintWriter out = spec.commandLine().getOut();
    out.println("signer    " + signed.signer());
    out.println("receipts  " + signed.receipts().size());
    for (Outcome outcome : Outcome.values()) {
      long bytes = signed.bytes(outcome);
      if (bytes > 0) {
        out.println("bytes     " + bytes + " " + outcome);
      }
    }
    out.flush();
    return ExitCode.OK.code();
  }
}
