package io.tributary.launcher;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The node that an operator vouches for with a stake. */
@Command(
    name = "node",
    description = "Register a node with a stake in the settlement contract, and take it away.",
    mixinStandardHelpOptions = true,
    subcommands = {
      NodeShowCommand.class,
      NodeRegisterCommand.class,
      NodeStakeCommand.class,
      NodeExitCommand.class
    })
final class NodeCommand implements Runnable {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "node: which command?");
  }
}
