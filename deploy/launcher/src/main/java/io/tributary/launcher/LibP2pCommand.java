package io.tributary.launcher;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The overlay's transport, by itself. */
@Command(
    name = "libp2p",
    description = "Try out libp2p with peers of any implementation.",
    mixinStandardHelpOptions = true,
    subcommands = LibP2pPeerCommand.class)
final class LibP2pCommand implements Runnable {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "libp2p: which command?");
  }
}
