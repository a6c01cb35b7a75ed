package io.tributary.launcher;

import java.nio.file.Path;
import picocli.CommandLine.Option;

/** What measurements on a disk have in common besides: where they work. */
final class BenchOptions extends ReportOptions {
  @Option(
      names = "--dir",
      paramLabel = "DIR",
      description = "A directory on the disk to be measured; default: the temporary directory.")
  private Path directory = Path.of(System.getProperty("java.io.tmpdir"));

  Path directory() {
    return directory;
  }
}
