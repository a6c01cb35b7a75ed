package io.tributary.acceptance.metrics;

import java.util.LinkedHashSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a PromQL query names.
 *
 * @param metrics the metrics
 * @param labels the labels in selectors and groupings
 */
record PromQuery(Set<String> metrics, Set<String> labels) {
  private static final Pattern TEXT = Pattern.compile("\"(?:[^\"\\\\]|\\\\.)*\"");
  private static final Pattern SELECTOR = Pattern.compile("\\{([^}]*)}");
  private static final Pattern GROUPING =
      Pattern.compile("\\b(?:by|without|on|ignoring|group_left|group_right)\\s*\\(([^)]*)\\)");
  private static final Pattern RANGE = Pattern.compile("\\[[^\\]]*]");
  private static final Pattern NAME = Pattern.compile("[a-zA-Z_:][\\w:]*(?!\\s*\\(|[\\w:])");
  private static final Pattern WORD = Pattern.compile("[a-zA-Z_]\\w*");
  private static final Set<String> OPERATORS =
      Set.of("and", "or", "unless", "bool", "offset", "inf", "nan");

  static PromQuery parse(String query) {
    Set<String> labels = new TreeSet<>();
    String rest = TEXT.matcher(query).replaceAll("");
    rest = RANGE.matcher(rest).replaceAll("");
    rest = takeWords(SELECTOR, rest, labels);
    rest = takeWords(GROUPING, rest, labels);
    Set<String> metrics = new LinkedHashSet<>();
    Matcher name = NAME.matcher(rest);
    while (name.find()) {
      boolean isNumber = name.start() > 0 && Character.isDigit(rest.charAt(name.start() - 1));
      if (!isNumber && !OPERATORS.contains(name.group())) {
        metrics.add(name.group());
      }
    }
    return new PromQuery(metrics, labels);
  }

  private static String takeWords(Pattern part, String query, Set<String> words) {
    Matcher found = part.matcher(query);
    while (found.find()) {
      Matcher word = WORD.matcher(found.group(1));
      while (word.find()) {
        words.add(word.group());
      }
    }
    return part.matcher(query).replaceAll("");
  }
}
