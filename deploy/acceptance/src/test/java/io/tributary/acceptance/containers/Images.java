package io.tributary.acceptance.containers;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** Builds the images of this checkout from the distribution, as an operator does. */
final class Images {
  private static final Path IMAGES = Path.of("..", "images");
  private static final Path DISTRIBUTION = Path.of("..", "launcher", "target", "tributary", "lib");

  private Images() {}

  /** Whether Maven has gone far enough to have made the distribution. */
  static boolean canBeBuilt() {
    return Files.isDirectory(DISTRIBUTION);
  }

  static void build() throws IOException, InterruptedException {
    run("build");
    run("build-devnet");
  }

  private static void run(String script) throws IOException, InterruptedException {
    ProcessBuilder builder =
        new ProcessBuilder(IMAGES.resolve(script).toString()).redirectErrorStream(true);
    Map<String, String> environment = builder.environment();
    // Debian's client; another one on the path may speak a newer language than the engine.
    if (Files.isExecutable(Path.of("/usr/bin/docker"))) {
      environment.putIfAbsent("DOCKER", "/usr/bin/docker");
    }
    environment.put("JAVA_HOME", System.getProperty("java.home"));
    Process process = builder.start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new IOException("deploy/images/" + script + " failed:\n" + said);
    }
  }
}
