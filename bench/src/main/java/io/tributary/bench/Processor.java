package io.tributary.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** The processor that a run measured on. */
public final class Processor {
  private static final Path INFO = Path.of("/proc/cpuinfo");

  private Processor() {}

  /** Returns its model name where the system tells, else its architecture. */
  public static String name() {
    String architecture = System.getProperty("os.arch");
    try (Stream<String> lines = Files.lines(INFO)) {
      return lines
          .filter(line -> line.startsWith("model name"))
          .map(line -> line.substring(line.indexOf(':') + 1).strip())
          .findFirst()
          .orElse(architecture);
    } catch (IOException e) {
      return architecture;
    }
  }
}
