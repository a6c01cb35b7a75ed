package io.tributary.bench;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * Where, when and with what a measurement was made, for whoever reads its figures later.
 *
 * @param cpu the processor's model where the system tells, else its architecture
 * @param processors how many this process may use
 * @param kernel the operating system and its version, without a builder's suffix
 * @param jdk the version and vendor of the Java that measured
 * @param flags its flags; processes that it started say theirs in the report
 * @param tributary the version and, of a checkout, the commit
 * @param load how many processes ran or waited in the minute before; negative where that is not
 *     known
 * @param at when this was written down
 */
public record Machine(
    String cpu,
    int processors,
    String kernel,
    String jdk,
    List<String> flags,
    String tributary,
    double load,
    String at) {
  private static final Path CPU_INFO = Path.of("/proc/cpuinfo");

  /** Copies the list. */
  public Machine {
    flags = List.copyOf(flags);
  }

  /**
   * The machine that this process runs on.
   *
   * @param tributary the version and commit that is measured
   */
  public static Machine here(String tributary) {
    return new Machine(
        model(),
        Runtime.getRuntime().availableProcessors(),
        System.getProperty("os.name") + " " + kernelVersion(),
        Runtime.version() + ", " + System.getProperty("java.vendor"),
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
            .filter(each -> each.startsWith("-X"))
            .toList(),
        tributary,
        ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage(),
        Instant.now().toString());
  }

  /** The version without what a builder has added to it, which tells of his machines. */
  private static String kernelVersion() {
    return System.getProperty("os.version").replaceFirst("-.*", "");
  }

  private static String model() {
    String architecture = System.getProperty("os.arch");
    try (Stream<String> lines = Files.lines(CPU_INFO)) {
      return lines
          .filter(line -> line.startsWith("model name"))
          .map(line -> line.substring(line.indexOf(':') + 1).strip())
          .findFirst()
          .orElse(architecture);
    } catch (IOException e) {
      return architecture;
    }
  }

  /** Returns the lines that stand above a report. */
  public String toLines() {
    return String.format(
        Locale.ROOT,
        "CPU        %s, %d processors%nsystem     %s, load %.1f%nJDK        %s%s%ntributary  %s%n",
        cpu,
        processors,
        kernel,
        load,
        jdk,
        flags.isEmpty() ? "" : ", " + String.join(" ", flags),
        tributary);
  }
}
