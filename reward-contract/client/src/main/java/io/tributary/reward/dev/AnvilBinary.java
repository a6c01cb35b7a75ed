package io.tributary.reward.dev;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.concurrent.TimeUnit;

/** Finds anvil in a directory, or has npm install it there, by the hash in the lock file. */
final class AnvilBinary {
  private static final String IN_MODULES = "node_modules/@foundry-rs/anvil-linux-amd64/bin/anvil";
  private static final int INSTALL_TIMEOUT_SECONDS = 300;

  private AnvilBinary() {}

  /**
   * The binary in a directory of npm modules, or in one that is made so.
   *
   * @throws IOException if it is not there and npm cannot install it, with what npm said
   */
  static Path in(Path tools) throws IOException, InterruptedException {
    Path binary = tools.toAbsolutePath().resolve(IN_MODULES);
    if (!Files.isExecutable(binary)) {
      install(tools);
      if (!Files.isExecutable(binary)) {
        throw new IOException("npm installed anvil, but there is no " + binary);
      }
    }
    return binary;
  }

  private static synchronized void install(Path tools) throws IOException, InterruptedException {
    if (Files.exists(tools.resolve("package.json"))
        && !Files.readString(tools.resolve("package.json")).contains("tributary-anvil")) {
      throw new IOException(
          tools + " has npm modules of another project, and no anvil: run npm ci there");
    }
    Files.createDirectories(tools);
    copy("package.json", tools);
    copy("package-lock.json", tools);
    Path log = tools.resolve("npm.log");
    Process npm =
        new ProcessBuilder("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund")
            .directory(tools.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    npm.getOutputStream().close();
    if (!npm.waitFor(INSTALL_TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
      npm.destroyForcibly();
      throw new IOException(
          "npm did not install anvil in " + INSTALL_TIMEOUT_SECONDS + " s; see " + log);
    }
    if (npm.exitValue() != 0) {
      throw new IOException(
          "npm cannot install anvil: " + Files.readString(log, StandardCharsets.UTF_8).strip());
    }
  }

  private static void copy(String name, Path to) throws IOException {
    try (InputStream in = AnvilBinary.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IOException(name + " is not in the jar");
      }
      Files.copy(in, to.resolve(name), StandardCopyOption.REPLACE_EXISTING);
    }
  }
}
