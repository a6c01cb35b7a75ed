package io.tributary.acceptance.metrics;

import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A metric as Prometheus sees it.
 *
 * @param name with the suffixes of its type and unit
 * @param type {@code counter}, {@code gauge}, {@code summary} or {@code histogram}
 * @param labels the names of its labels
 * @param help what its maker says of it; may be blank
 */
record MetricFamily(String name, String type, Set<String> labels, String help) {
  MetricFamily {
    labels = Set.copyOf(labels);
  }

  /** The names that a query may use for it. */
  Stream<String> queryable() {
    return switch (type) {
      case "summary" -> Stream.of("_count", "_sum", "_max").map(name::concat);
      case "histogram" -> Stream.of("_bucket", "_count", "_sum", "_max").map(name::concat);
      default -> Stream.of(name);
    };
  }

  /** The same metric with the labels of another one, and its help where this has none. */
  MetricFamily with(MetricFamily other) {
    Set<String> all = new TreeSet<>(labels);
    all.addAll(other.labels);
    return new MetricFamily(name, type, all, help.isBlank() ? other.help : help);
  }

  String sortedLabels() {
    return labels.stream().sorted().map(each -> "`" + each + "`").collect(Collectors.joining(", "));
  }
}
