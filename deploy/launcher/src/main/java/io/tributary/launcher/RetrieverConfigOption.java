package io.tributary.launcher;

import io.tributary.nodekit.admin.RunningNode;
import io.tributary.nodekit.config.Overrides;
import io.tributary.retriever.node.RetrieverConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Option;

/** The option that names a retriever's configuration, and what goes before it. */
final class RetrieverConfigOption {
  private static final String ENVIRONMENT = "TRIBUTARY_RETRIEVER_";

  @Option(
      names = "--config",
      paramLabel = "FILE",
      defaultValue = "retriever.toml",
      description = "The configuration (default: ${DEFAULT-VALUE}).")
  private Path file = Path.of("retriever.toml");

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = {
        "A value that goes before that of the file. May be repeated.",
        "Values may also stand in the environment, as " + ENVIRONMENT + "CACHE__MEBIBYTES."
      })
  private Map<String, String> set = new LinkedHashMap<>();

  RetrieverConfig.Explained read() throws IOException {
    return RetrieverConfig.read(
        file, Overrides.NONE.withFlags(set).withEnvironment(ENVIRONMENT, System.getenv()));
  }

  /** The node of this configuration that runs now. */
  RunningNode running() throws IOException {
    Path directory = read().config().directory();
    return RunningNode.find(directory)
        .orElseThrow(
            () ->
                new CommandFailure(
                    ExitCode.UNREACHABLE, "no retriever runs in " + directory + " now"));
  }
}
