package io.tributary.launcher;

import io.tributary.nodekit.network.NetworkProfile;
import io.tributary.retriever.node.RetrieverConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Says all that is wrong with a configuration, without starting anything. */
@Command(
    name = "validate-config",
    description = "Say all that is wrong with a configuration, without starting anything.",
    mixinStandardHelpOptions = true)
final class RetrieverValidateCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--config",
      paramLabel = "FILE",
      defaultValue = "retriever.toml",
      description = "The configuration (default: ${DEFAULT-VALUE}).")
  private Path config = Path.of("retriever.toml");

  @Override
  public Integer call() throws IOException {
    RetrieverConfig read = RetrieverConfig.read(config);
    NetworkProfile network = NetworkProfile.read(read.network());
    spec.commandLine()
        .getOut()
        .println(config + " and " + read.network() + " are good; network " + network.name());
    return ExitCode.OK.code();
  }
}
