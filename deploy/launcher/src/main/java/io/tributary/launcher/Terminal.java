package io.tributary.launcher;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;

/** How the command speaks to people and machines: sizes, rates and JSON. */
final class Terminal {
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  private static final ObjectMapper JSON_LINE = new ObjectMapper();

  private Terminal() {}

  /**
   * Tells whether standard error is a terminal, where a person looks on.
   *
   * <p>{@code System.console()} says so on old Java releases only, so the kernel is asked.
   */
  static boolean isInteractive() {
    try {
      Path target = Files.readSymbolicLink(Path.of("/proc/self/fd/2"));
      return target.startsWith("/dev/pts") || target.toString().startsWith("/dev/tty");
    } catch (IOException | UnsupportedOperationException e) {
      return false;
    }
  }

  /**
   * Tells whether a bar may be drawn over itself, which plain output must not be.
   *
   * @param isInteractive whether a person looks on
   * @param environment that of this process; a {@code NO_COLOR} that is not empty, and a terminal
   *     that is {@code dumb}, ask for plain output
   */
  static boolean mayDraw(boolean isInteractive, Map<String, String> environment) {
    return isInteractive
        && environment.getOrDefault("NO_COLOR", "").isEmpty()
        && !"dumb".equals(environment.get("TERM"));
  }

  /** Writes records and maps as indented JSON. */
  static String json(Object value) {
    try {
      return JSON.writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a result of ours cannot be written as JSON", e);
    }
  }

  /** Writes a record or map as JSON on one line. */
  static String jsonLine(Object value) {
    try {
      return JSON_LINE.writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("an event of ours cannot be written as JSON", e);
    }
  }

  /** Writes a number of bytes with a binary unit, as {@code 8.0 MiB}. */
  static String bytes(long bytes) {
    String[] units = {"B", "KiB", "MiB", "GiB", "TiB"};
    double value = bytes;
    int unit = 0;
    while (value >= 1024 && unit < units.length - 1) {
      value /= 1024;
      unit++;
    }
    return unit == 0 ? bytes + " B" : String.format(Locale.ROOT, "%.1f %s", value, units[unit]);
  }

  /** Writes a rate of bytes over nanoseconds, as {@code 120.4 MiB/s}. */
  static String rate(long bytes, long nanos) {
    return bytes((long) (bytes / Math.max(1e-9, nanos / 1e9))) + "/s";
  }

  /** Writes nanoseconds as seconds, as {@code 1.23 s}. */
  static String seconds(long nanos) {
    return String.format(Locale.ROOT, "%.2f s", nanos / 1e9);
  }
}
