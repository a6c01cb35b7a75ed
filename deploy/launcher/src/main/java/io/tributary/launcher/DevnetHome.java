package io.tributary.launcher;

import java.nio.file.Path;
import picocli.CommandLine.Option;

/** The option that says which devnet is meant. */
final class DevnetHome {
  @Option(
      names = "--dir",
      defaultValue = "devnet",
      paramLabel = "DIR",
      description = "Where everything is kept (default: ${DEFAULT-VALUE}).")
  private Path directory = Path.of("devnet");

  Path directory() {
    return directory;
  }
}
