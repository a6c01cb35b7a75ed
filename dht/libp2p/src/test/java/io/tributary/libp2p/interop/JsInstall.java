package io.tributary.libp2p.interop;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import io.tributary.libp2p.multiformats.Multihash;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * The folder {@code target/js} of this module, in which the packages of {@code
 * src/test/js/package-lock.json} are installed: once, and again when the lock file changes.
 *
 * <p>Without Node on the machine the calling test is skipped, or fails if the environment has
 * {@code CI=true}.
 */
final class JsInstall {
  private static final long NPM_TIMEOUT_SECONDS = 300;
  private static final List<String> LOCKED = List.of("package.json", "package-lock.json", ".npmrc");

  private JsInstall() {}

  /** Returns the folder, ready to run {@code peer.mjs} in. */
  static synchronized Path folder() throws IOException {
    requireTool("node");
    requireTool("npm");
    Path module = Path.of(System.getProperty("basedir", "")).toAbsolutePath();
    if (!Files.exists(module.resolve("src/test/js"))) {
      // The tests of another module that use this one's.
      module = module.resolveSibling("libp2p");
    }
    Path source = module.resolve("src/test/js");
    Path target = Files.createDirectories(module.resolve("target/js"));
    // Other test processes may want the same folder.
    try (FileChannel channel =
            FileChannel.open(
                target.resolve(".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock lock = channel.lock()) {
      copyPrograms(source, target);
      String wanted = fingerprint(source);
      Path installed = target.resolve(".installed");
      if (!Files.exists(installed) || !Files.readString(installed).equals(wanted)) {
        for (String name : LOCKED) {
          Files.copy(
              source.resolve(name), target.resolve(name), StandardCopyOption.REPLACE_EXISTING);
        }
        install(target);
        Files.writeString(installed, wanted);
      }
      lock.release();
    }
    return target;
  }

  private static void copyPrograms(Path source, Path target) throws IOException {
    try (Stream<Path> files = Files.list(source)) {
      for (Path file : files.filter(f -> f.toString().endsWith(".mjs")).toList()) {
        Files.copy(file, target.resolve(file.getFileName()), StandardCopyOption.REPLACE_EXISTING);
      }
    }
  }

  private static String fingerprint(Path source) throws IOException {
    StringBuilder all = new StringBuilder();
    for (String name : LOCKED) {
      all.append(Files.readString(source.resolve(name)));
    }
    return Multihash.sha256(all.toString().getBytes(UTF_8)).toString();
  }

  private static void install(Path folder) throws IOException {
    Path log = folder.resolve("npm.log");
    Process npm =
        new ProcessBuilder("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund")
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    if (!finishes(npm, NPM_TIMEOUT_SECONDS) || npm.exitValue() != 0) {
      fail("npm ci failed in %s:%n%s", folder, Files.readString(log));
    }
  }

  private static void requireTool(String name) {
    try {
      Process version =
          new ProcessBuilder(name, "--version")
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      if (finishes(version, 30) && version.exitValue() == 0) {
        return;
      }
    } catch (IOException e) {
      // There is no such program, which is dealt with below.
    }
    String message = name + " is needed for the interop tests and cannot be run";
    if ("true".equals(System.getenv("CI"))) {
      fail(message);
    }
    abort(message);
  }

  private static boolean finishes(Process process, long seconds) {
    try {
      if (process.waitFor(seconds, TimeUnit.SECONDS)) {
        return true;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    process.destroyForcibly();
    return false;
  }
}
