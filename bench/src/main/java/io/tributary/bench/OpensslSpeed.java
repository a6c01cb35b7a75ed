package io.tributary.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.OptionalDouble;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/** What {@code openssl speed} says about SHA-256 on this machine. */
final class OpensslSpeed {
  /** The last line of its report: thousands of bytes per second. */
  private static final Pattern RESULT = Pattern.compile("(?m)^sha256\\s+([0-9.]+)k\\s*$");

  private static final int SECONDS = 2;
  private static final int PATIENCE_SECONDS = 20;

  private OpensslSpeed() {}

  /** Returns megabytes per second, or nothing if there is no openssl that can tell. */
  static OptionalDouble sha256MegabytesPerSecond() {
    try {
      Process process =
          new ProcessBuilder(
                  "openssl",
                  "speed",
                  "-seconds",
                  String.valueOf(SECONDS),
                  "-bytes",
                  String.valueOf(1 << 20),
                  "sha256")
              .redirectErrorStream(true)
              .start();
      process.getOutputStream().close();
      // The report is a few lines, so the pipe holds it all until the process has ended.
      if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        return OptionalDouble.empty();
      }
      try (var out = process.getInputStream()) {
        return parse(new String(out.readAllBytes(), StandardCharsets.US_ASCII));
      }
    } catch (IOException e) {
      return OptionalDouble.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return OptionalDouble.empty();
    }
  }

  static OptionalDouble parse(String report) {
    return RESULT
        .matcher(report)
        .results()
        .map(line -> line.group(1))
        .mapToDouble(Double::parseDouble)
        .map(thousands -> thousands / 1000)
        .findFirst();
  }
}
