package io.tributary.launcher;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The books of delivered bytes. */
@Command(
    name = "ledger",
    description = {
      "Look at the books of delivered bytes and check receipts.",
      "Nothing is changed, and the node may be running."
    },
    mixinStandardHelpOptions = true,
    subcommands = {
      LedgerVerifyCommand.class,
      LedgerBalanceCommand.class,
      LedgerExportCommand.class,
      LedgerInspectCommand.class
    })
final class LedgerCommand implements Runnable {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "ledger: which command?");
  }
}
