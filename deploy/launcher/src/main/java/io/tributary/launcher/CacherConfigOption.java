package io.tributary.launcher;

import io.tributary.cacher.node.config.CacherConfigFile;
import io.tributary.nodekit.admin.RunningNode;
import io.tributary.nodekit.config.Overrides;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Option;

/** The option that names a cacher's configuration, and what goes before it. */
final class CacherConfigOption {
  private static final String ENVIRONMENT = "TRIBUTARY_CACHER_";

  @Option(
      names = "--config",
      paramLabel = "FILE",
      defaultValue = "cacher.toml",
      description = "The configuration (default: ${DEFAULT-VALUE}).")
  private Path file = Path.of("cacher.toml");

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = {
        "A value that goes before that of the file. May be repeated.",
        "Values may also stand in the environment, as " + ENVIRONMENT + "STORE__QUOTA."
      })
  private Map<String, String> set = new LinkedHashMap<>();

  CacherConfigFile read() throws IOException {
    return CacherConfigFile.read(
        file, Overrides.NONE.withFlags(set).withEnvironment(ENVIRONMENT, System.getenv()));
  }

  /** The node of this configuration that runs now. */
  RunningNode running() throws IOException {
    Path directory = read().config().directory();
    return RunningNode.find(directory)
        .orElseThrow(
            () ->
                new CommandFailure(
                    ExitCode.UNREACHABLE, "no cacher runs in " + directory + " now"));
  }
}
