package io.tributary.launcher;

import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** A retriever's configuration. */
@Command(
    name = "config",
    description = "Look at the configuration.",
    mixinStandardHelpOptions = true,
    subcommands = {RetrieverConfigCommand.Show.class})
final class RetrieverConfigCommand implements Runnable {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "retriever config: which command?");
  }

  /** Prints all values. */
  @Command(
      name = "show",
      description =
          "Print every value as the node would use it. Secrets are in files of their own.",
      mixinStandardHelpOptions = true)
  static final class Show implements Callable<Integer> {
    @Spec private CommandSpec spec = CommandSpec.create();
    @Mixin private RetrieverConfigOption config = new RetrieverConfigOption();

    @Option(names = "--origin", description = "Say where each value comes from.")
    private boolean origin;

    @Override
    public Integer call() throws IOException {
      ShownSettings.print(spec.commandLine().getOut(), config.read().settings(), origin);
      return ExitCode.OK.code();
    }
  }
}
