package io.tributary.launcher;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The settlement contract. */
@Command(
    name = "contract",
    description = "Put the settlement contract on a chain.",
    mixinStandardHelpOptions = true,
    subcommands = ContractDeployCommand.class)
final class ContractCommand implements Runnable {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "contract: which command?");
  }
}
