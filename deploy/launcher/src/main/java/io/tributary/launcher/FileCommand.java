package io.tributary.launcher;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Commands about local files. */
@Command(
    name = "file",
    description = "Look at a file as CESS sees it.",
    mixinStandardHelpOptions = true,
    subcommands = InspectCommand.class)
final class FileCommand implements Runnable {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "file: which command?");
  }
}
