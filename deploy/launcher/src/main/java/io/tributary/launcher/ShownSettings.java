package io.tributary.launcher;

import io.tributary.nodekit.config.Setting;
import io.tributary.nodekit.config.Setting.Origin;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;

/** Prints the values of a configuration. */
final class ShownSettings {
  private ShownSettings() {}

  /**
   * Prints a line each.
   *
   * @param withOrigin whether to say where each comes from
   */
  static void print(PrintWriter out, List<Setting> settings, boolean withOrigin) {
    for (Setting setting : settings) {
      out.println(
          setting.key() + " = " + setting.value() + (withOrigin ? "  # " + origin(setting) : ""));
    }
    out.flush();
  }

  private static String origin(Setting setting) {
    String kind = setting.origin().name().toLowerCase(Locale.ROOT);
    return setting.origin() == Origin.DEFAULT ? kind : kind + " " + setting.place();
  }
}
