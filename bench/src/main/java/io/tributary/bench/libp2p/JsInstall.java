package io.tributary.bench.libp2p;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A folder with js-libp2p and the program that measures it, installed once and used again. */
final class JsInstall {

  private static final long NPM_SECONDS = 120;
  private static final long VERSION_SECONDS = 20;

  /** The files, by their names among the resources and in the folder. */
  private static final Map<String, String> FILES =
      Map.of(
          "package.json", "package.json",
          "package-lock.json", "package-lock.json",
          "npmrc", ".npmrc",
          "polyfill.mjs", "polyfill.mjs",
          "perf.mjs", "perf.mjs");

  private JsInstall() {}

  /** Why js-libp2p cannot be measured here. */
  static final class Unavailable extends Exception {
    private static final long serialVersionUID = 1L;

    Unavailable(String why) {
      super(why);
    }
  }

  /**
   * Returns the folder, below {@code parent}, ready to run {@code perf.mjs} in.
   *
   * @throws Unavailable without Node.js, or if npm cannot install the packages
   */
  static Path folder(Path parent) throws Unavailable, IOException {
    requireTool("node");
    requireTool("npm");
    byte[] lock = resource("package-lock.json");
    Path folder = Files.createDirectories(parent.resolve("tributary-bench-js"));
    for (Map.Entry<String, String> file : FILES.entrySet()) {
      Files.write(folder.resolve(file.getValue()), resource(file.getKey()));
    }
    Path installed = folder.resolve(".installed");
    if (!Files.exists(installed) || !Files.readString(installed).equals(new String(lock, UTF_8))) {
      install(folder);
      Path written = Files.write(folder.resolve(".installing"), lock);
      Files.move(written, installed, StandardCopyOption.REPLACE_EXISTING);
    }
    return folder;
  }

  private static byte[] resource(String name) throws IOException {
    try (InputStream in = JsInstall.class.getResourceAsStream("js/" + name)) {
      if (in == null) {
        throw new IOException("the resource js/" + name + " is missing");
      }
      return in.readAllBytes();
    }
  }

  private static void install(Path folder) throws Unavailable, IOException {
    Path log = folder.resolve("npm.log");
    Process npm =
        new ProcessBuilder("npm", "ci")
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    if (!succeeds(npm, NPM_SECONDS)) {
      throw new Unavailable("npm cannot install js-libp2p; " + log + " says why");
    }
  }

  private static void requireTool(String name) throws Unavailable {
    try {
      Process version =
          new ProcessBuilder(List.of(name, "--version"))
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      if (succeeds(version, VERSION_SECONDS)) {
        return;
      }
    } catch (IOException e) {
      throw new Unavailable("there is no " + name);
    }
    throw new Unavailable(name + " does not run");
  }

  private static boolean succeeds(Process process, long seconds) {
    try {
      if (process.waitFor(seconds, TimeUnit.SECONDS)) {
        return process.exitValue() == 0;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    process.destroyForcibly();
    return false;
  }
}
