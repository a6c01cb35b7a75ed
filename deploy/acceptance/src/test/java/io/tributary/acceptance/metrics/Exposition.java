package io.tributary.acceptance.metrics;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads Prometheus' text format. */
final class Exposition {
  private static final Pattern ABOUT = Pattern.compile("# (HELP|TYPE) (\\S+) ?(.*)");
  private static final Pattern SAMPLE = Pattern.compile("([a-zA-Z_:][\\w:]*)(?:\\{(.*)})? \\S+.*");
  private static final Pattern LABEL = Pattern.compile("(\\w+)=\"(?:[^\"\\\\]|\\\\.)*\"");

  private Exposition() {}

  /** Returns the metrics of a page by name; the greatest value of a summary belongs to it. */
  static Map<String, MetricFamily> read(String page) {
    Map<String, String> helps = new LinkedHashMap<>();
    Map<String, MetricFamily> families = new LinkedHashMap<>();
    String current = "";
    for (String line : page.lines().toList()) {
      Matcher about = ABOUT.matcher(line);
      Matcher sample = SAMPLE.matcher(line);
      if (about.matches() && about.group(1).equals("HELP")) {
        helps.put(about.group(2), about.group(3).strip());
      } else if (about.matches()) {
        current = about.group(2);
        families.put(
            current,
            new MetricFamily(current, about.group(3), Set.of(), helps.getOrDefault(current, "")));
      } else if (sample.matches() && sample.group(1).startsWith(current)) {
        MetricFamily family = families.get(current);
        if (family != null) {
          families.put(current, family.with(labels(family, sample.group(2))));
        }
      }
    }
    families.values().removeIf(each -> isMaximum(each.name(), families));
    return families;
  }

  private static MetricFamily labels(MetricFamily family, @Nullable String text) {
    Set<String> names = new HashSet<>();
    Matcher label = LABEL.matcher(text == null ? "" : text);
    while (label.find()) {
      names.add(label.group(1));
    }
    names.remove("le");
    names.remove("quantile");
    return new MetricFamily(family.name(), family.type(), names, family.help());
  }

  private static boolean isMaximum(String name, Map<String, MetricFamily> families) {
    MetricFamily base =
        name.endsWith("_max") ? families.get(name.substring(0, name.length() - 4)) : null;
    return base != null && (base.type().equals("summary") || base.type().equals("histogram"));
  }
}
