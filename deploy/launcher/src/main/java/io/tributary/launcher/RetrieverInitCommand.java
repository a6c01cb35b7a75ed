package io.tributary.launcher;

import io.tributary.retriever.node.RetrieverConfig;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Writes a configuration file in which every key is explained. */
@Command(
    name = "init",
    description = "Write a configuration file in which every key is explained.",
    mixinStandardHelpOptions = true)
final class RetrieverInitCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--config",
      paramLabel = "FILE",
      defaultValue = "retriever.toml",
      description = "The file to write, which must not be there (default: ${DEFAULT-VALUE}).")
  private Path config = Path.of("retriever.toml");

  @Option(
      names = "--network",
      paramLabel = "PROFILE",
      defaultValue = "network.toml",
      description = "The network profile to name in it (default: ${DEFAULT-VALUE}).")
  private String network = "network.toml";

  @Override
  public Integer call() throws IOException {
    try {
      Files.writeString(
          config, RetrieverConfig.template(network), StandardOpenOption.CREATE_NEW);
    } catch (FileAlreadyExistsException e) {
      throw new CommandFailure(ExitCode.USAGE, config + " is there already", e);
    }
    spec.commandLine().getOut().println("wrote " + config);
    return ExitCode.OK.code();
  }
}
