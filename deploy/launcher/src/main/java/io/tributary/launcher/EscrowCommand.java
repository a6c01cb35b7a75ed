package io.tributary.launcher;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What payers put in to pay with. */
@Command(
    name = "escrow",
    description = {
      "Put money into the settlement contract to pay for delivery, and take it back.",
      "Amounts are in whole tokens, as 12 or 0.5. The fee is shown before anything is sent."
    },
    mixinStandardHelpOptions = true,
    subcommands = {
      EscrowStatusCommand.class,
      EscrowDepositCommand.class,
      EscrowReserveCommand.class,
      EscrowReleaseCommand.class,
      EscrowThawCommand.class,
      EscrowAuthorizeCommand.class,
      EscrowRevokeCommand.class
    })
final class EscrowCommand implements Runnable {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "escrow: which command?");
  }
}
