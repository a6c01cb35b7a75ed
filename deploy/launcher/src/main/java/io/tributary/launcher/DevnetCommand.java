package io.tributary.launcher;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** A network for development on this machine. */
@Command(
    name = "devnet",
    description = "Run a whole network for development on this machine.",
    mixinStandardHelpOptions = true,
    subcommands = {DevnetUpCommand.class, DevnetStatusCommand.class, DevnetDownCommand.class})
final class DevnetCommand implements Runnable {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "devnet: which command?");
  }
}
