package io.tributary.retriever.node.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A program of other people's. Where one is not installed its tests are left out, but not where
 * everything is checked before it is taken in: there they fail.
 */
final class StockClient {
  private static final boolean IS_CHECKED_IN = "true".equals(System.getenv("CI"));

  private StockClient() {}

  /** Whether the tests of some programs run. */
  static boolean areTested(String... programs) {
    for (String program : programs) {
      if (!IS_CHECKED_IN && !isInstalled(program)) {
        return false;
      }
    }
    return true;
  }

  private static boolean isInstalled(String program) {
    for (String directory : System.getenv("PATH").split(":", -1)) {
      if (Files.isExecutable(Path.of(directory, program))) {
        return true;
      }
    }
    return false;
  }

  /** Runs a program to its end, which must be a good one, and returns what it printed. */
  static String run(Path directory, String... command) throws IOException, InterruptedException {
    Path out = Files.createTempFile(directory, "client", ".out");
    Path err = Files.createTempFile(directory, "client", ".err");
    int code =
        new ProcessBuilder(command)
            .directory(directory.toFile())
            .redirectOutput(out.toFile())
            .redirectError(err.toFile())
            .start()
            .waitFor();
    assertThat(code)
        .as("%s: %s %s", List.of(command), Files.readString(out), Files.readString(err))
        .isZero();
    return Files.readString(out);
  }
}
