package io.tributary.ledger;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;

/**
 * The official ethers library behind {@code src/test/interop/vouchers.mjs}, as a process.
 *
 * <p>Needs {@code node} and {@code npm}. Where {@code CI=true} their absence is a failure,
 * elsewhere the calling test is left out and says so.
 */
public final class Ethers {
  private static final Path SOURCES = Path.of("src/test/interop");
  private static final Path INSTALLED = Path.of("target/interop");
  private static final int LIMIT_SECONDS = 120;

  private Ethers() {}

  /** Runs the program and returns the lines it prints. */
  public static synchronized List<String> run(String input, String... arguments)
      throws IOException, InterruptedException {
    if (!Files.exists(INSTALLED.resolve("node_modules/.package-lock.json"))) {
      Files.createDirectories(INSTALLED);
      for (String name : List.of("package.json", "package-lock.json", ".npmrc")) {
        copy(name);
      }
      start(List.of("npm", "ci"), "");
    }
    copy("vouchers.mjs");
    List<String> command = new ArrayList<>(List.of("node", "vouchers.mjs"));
    command.addAll(List.of(arguments));
    return start(command, input);
  }

  private static void copy(String name) throws IOException {
    Files.copy(SOURCES.resolve(name), INSTALLED.resolve(name), StandardCopyOption.REPLACE_EXISTING);
  }

  private static List<String> start(List<String> command, String input)
      throws IOException, InterruptedException {
    Path in = INSTALLED.resolve("in.txt");
    Path out = INSTALLED.resolve("out.txt");
    Files.writeString(in, input);
    Process process;
    try {
      process =
          new ProcessBuilder(command)
              .directory(INSTALLED.toFile())
              .redirectInput(in.toFile())
              .redirectOutput(out.toFile())
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
    } catch (IOException e) {
      if ("true".equals(System.getenv("CI"))) {
        throw e;
      }
      Assumptions.abort("left out: " + e.getMessage());
      throw e;
    }
    if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      Assertions.fail(command + " does not end within " + LIMIT_SECONDS + " s");
    }
    Assertions.assertEquals(0, process.exitValue(), () -> command + ": " + read(out));
    return Files.readAllLines(out, UTF_8);
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      return e.toString();
    }
  }
}
