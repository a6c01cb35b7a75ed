package io.tributary.launcher;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What payees earned. */
@Command(
    name = "rewards",
    description = "See and take what the account has earned by delivering bytes.",
    mixinStandardHelpOptions = true,
    subcommands = {
      RewardsShowCommand.class,
      RewardsClaimCommand.class,
      RewardsHistoryCommand.class
    })
final class RewardsCommand implements Runnable {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "rewards: which command?");
  }
}
