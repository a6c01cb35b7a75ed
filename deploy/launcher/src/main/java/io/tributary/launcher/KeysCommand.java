package io.tributary.launcher;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The keys that sign payments. */
@Command(
    name = "keys",
    description = {
      "Make, list and import the keys that sign payments.",
      "Keys are kept as Web3 keystore files, locked by a password. The password is read from a file"
          + " or asked for on the terminal, never from the command line or the environment."
    },
    mixinStandardHelpOptions = true,
    subcommands = {
      KeysNewCommand.class,
      KeysListCommand.class,
      KeysShowCommand.class,
      KeysImportCommand.class
    })
final class KeysCommand implements Runnable {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "keys: which command?");
  }
}
