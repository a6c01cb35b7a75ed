package io.tributary.launcher;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Simulations, one command per part of the network. */
@Command(
    name = "sim",
    description = "Simulate a network of many nodes in virtual time.",
    mixinStandardHelpOptions = true,
    subcommands = {SimDhtCommand.class, SimRegionCommand.class})
final class SimCommand implements Runnable {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "sim: which simulation?");
  }
}
