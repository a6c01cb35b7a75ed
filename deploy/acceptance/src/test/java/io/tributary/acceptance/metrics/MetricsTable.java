package io.tributary.acceptance.metrics;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The table of all metrics in {@code deploy/docs/metrics.md}: names, types and labels from the
 * nodes, meanings from their descriptions or from {@code metrics.properties} beside it.
 */
final class MetricsTable {
  /** What Micrometer tells of any Java program; its own documents list them. */
  private static final List<String> COMMON = List.of("jvm_", "process_", "system_");

  private final Properties meanings = new Properties();
  private final MeasuredNodes nodes;

  MetricsTable(MeasuredNodes nodes, Path meaningsFile) throws IOException {
    this.nodes = nodes;
    try (Reader in = Files.newBufferedReader(meaningsFile)) {
      meanings.load(in);
    }
  }

  private Map<String, MetricFamily> own() {
    Map<String, MetricFamily> all = new TreeMap<>(nodes.cacher());
    nodes.retriever().forEach((name, family) -> all.merge(name, family, MetricFamily::with));
    all.keySet().removeIf(name -> COMMON.stream().anyMatch(name::startsWith));
    return all;
  }

  /** What is wrong with the meanings, a sentence each. */
  List<String> mistakes() {
    List<String> mistakes = new ArrayList<>();
    Set<String> unused = new TreeSet<>(meanings.stringPropertyNames());
    own()
        .forEach(
            (name, family) -> {
              unused.remove(name);
              if (meaning(family).isBlank()) {
                mistakes.add("metrics.properties does not say what " + name + " means");
              }
            });
    unused.forEach(name -> mistakes.add("metrics.properties explains " + name + ", which is none"));
    return mistakes;
  }

  private String meaning(MetricFamily family) {
    return meanings.getProperty(family.name(), family.help());
  }

  String write() {
    StringBuilder out = new StringBuilder();
    out.append(
        """
        # Metrics

        Every metric on the `/metrics` page of a cacher (C) and of a retriever (R), as Prometheus sees it. A summary
        `x` is `x_count` and `x_sum`, a histogram also `x_bucket`; both have the greatest recent value as `x_max`.
        Besides there are `jvm_…`, `process_…` and `system_…` of [Micrometer](https://docs.micrometer.io/micrometer/reference/reference/jvm.html).
        A counter with labels begins with its first event.

        Generated from running nodes, and checked by a test: `./mvnw verify -pl deploy/acceptance -am -Dtest=MetricsTest
        -Dsurefire.failIfNoSpecifiedTests=false -Dmetrics.write=true` writes it anew.

        | metric | node | type | unit | labels | meaning |
        |---|---|---|---|---|---|
        """);
    own()
        .forEach(
            (name, family) ->
                out.append("| `")
                    .append(name)
                    .append("` | ")
                    .append(where(name))
                    .append(" | ")
                    .append(family.type())
                    .append(" | ")
                    .append(unit(name))
                    .append(" | ")
                    .append(family.sortedLabels())
                    .append(" | ")
                    .append(meaning(family))
                    .append(" |\n"));
    return out.toString();
  }

  private String where(String name) {
    boolean isCachers = nodes.cacher().containsKey(name);
    boolean isRetrievers = nodes.retriever().containsKey(name);
    return isCachers && isRetrievers ? "C R" : isCachers ? "C" : "R";
  }

  private static String unit(String name) {
    String bare = name.replaceFirst("_total$", "");
    if (bare.contains("_bytes")
        || bare.startsWith("libp2p_memory_")
        || bare.equals("engine_extra")) {
      return "bytes";
    }
    return bare.endsWith("_seconds") ? "seconds" : "";
  }
}
