package io.tributary.acceptance.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tributary.acceptance.Yaml;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What people are told of metrics, beside what nodes measure. */
final class MetricsTest {
  private static final Path DEPLOY = Path.of("..");
  private static final Path TABLE = DEPLOY.resolve("docs/metrics.md");
  private static final Path MONITORING = DEPLOY.resolve("monitoring");

  /** Labels that Prometheus adds to whatever it scrapes, and that its histograms have. */
  private static final Set<String> ANYWHERE = Set.of("job", "instance", "node", "le");

  private static final Pattern LEGEND_LABEL = Pattern.compile("\\{\\{\\s*(\\w+)\\s*}}");

  @TempDir private static Path directory = Path.of("");
  private static MeasuredNodes nodes = new MeasuredNodes(Map.of(), Map.of());

  @BeforeAll
  static void measure() throws Exception {
    nodes = MeasuredNodes.measure(directory);
  }

  @Test
  void table_saysWhatNodesMeasure() throws IOException {
    MetricsTable table = new MetricsTable(nodes, TABLE.resolveSibling("metrics.properties"));
    if (Boolean.getBoolean("metrics.write")) {
      Files.writeString(TABLE, table.write());
    }
    assertThat(table.mistakes()).isEmpty();
    assertThat(TABLE).as("its first lines say how to write it anew").hasContent(table.write());
  }

  @Test
  void dashboard_asksForNothingThatIsNotMeasured() throws IOException {
    JsonNode dashboard =
        new ObjectMapper().readTree(MONITORING.resolve("grafana-dashboard.json").toFile());
    List<String> mistakes = new ArrayList<>();
    int queries = 0;
    for (JsonNode panel : dashboard.path("panels")) {
      for (JsonNode target : panel.path("targets")) {
        String query = target.path("expr").asText();
        mistakes.addAll(mistakes(query));
        mistakes.addAll(unknownInLegend(query, target.path("legendFormat").asText()));
        queries++;
      }
      if (!panel.path("type").asText().equals("row")) {
        assertThat(panel.path("description").asText())
            .as(panel.path("title").asText())
            .isNotBlank();
      }
    }
    assertThat(queries).isGreaterThan(30);
    assertThat(mistakes).isEmpty();
  }

  @Test
  void alerts_askForNothingThatIsNotMeasured() throws IOException {
    JsonNode rules = Yaml.read(MONITORING.resolve("alerts.yml"));
    List<String> mistakes = new ArrayList<>();
    int alerts = 0;
    for (JsonNode rule : rules.path("groups").path(0).path("rules")) {
      mistakes.addAll(mistakes(rule.path("expr").asText()));
      assertThat(rule.path("annotations").path("action").asText()).isNotBlank();
      alerts++;
    }
    assertThat(alerts).isGreaterThan(5);
    assertThat(mistakes).isEmpty();
  }

  @Test
  void scrapeConfiguration_namesTheJobsOfTheDashboard() throws IOException {
    JsonNode config = Yaml.read(MONITORING.resolve("prometheus.yml"));
    assertThat(config.path("rule_files").path(0).asText()).isEqualTo("alerts.yml");
    assertThat(config.path("scrape_configs"))
        .allSatisfy(
            job -> {
              assertThat(job.path("job_name").asText()).startsWith("tributary-");
              assertThat(job.path("static_configs").path(0).path("labels").has("node")).isTrue();
              assertThat(job.path("static_configs").path(0).path("targets").path(0).asText())
                  .startsWith("127.0.0.1:");
            });
  }

  @Test
  void anUnknownNameInAQuery_isFound() {
    assertThat(mistakes("sum by (node, ending) (rate(engine_reads_total[5m])) > 0.5e3")).isEmpty();
    assertThat(mistakes("sum(rate(engine_reeds_total{node=~\"a|b\"}[5m]))"))
        .containsExactly("engine_reeds_total is not measured");
    assertThat(mistakes("engine_streams{colour=\"red\"}")).hasSize(1);
    assertThat(mistakes("sum by (colour) (engine_streams)")).hasSize(1);
    assertThat(mistakes("tributary_http_first_byte_seconds")).hasSize(1);
  }

  private static Map<String, Set<String>> labelsByQueryableName() {
    Map<String, Set<String>> labels = new HashMap<>();
    labels.put("up", Set.of());
    for (Map<String, MetricFamily> each : List.of(nodes.cacher(), nodes.retriever())) {
      for (MetricFamily family : each.values()) {
        family
            .queryable()
            .forEach(
                name ->
                    labels.computeIfAbsent(name, any -> new HashSet<>()).addAll(family.labels()));
      }
    }
    return labels;
  }

  private static List<String> mistakes(String query) {
    Map<String, Set<String>> measured = labelsByQueryableName();
    PromQuery asked = PromQuery.parse(query);
    List<String> mistakes = new ArrayList<>();
    Set<String> labels = new HashSet<>(ANYWHERE);
    for (String metric : asked.metrics()) {
      if (measured.containsKey(metric)) {
        labels.addAll(measured.get(metric));
      } else {
        mistakes.add(metric + " is not measured");
      }
    }
    if (asked.metrics().isEmpty()) {
      mistakes.add("no metric in " + query);
    }
    for (String label : asked.labels()) {
      if (mistakes.isEmpty() && !labels.contains(label)) {
        mistakes.add("no label " + label + " in " + query);
      }
    }
    return mistakes;
  }

  private static List<String> unknownInLegend(String query, String legend) {
    Set<String> grouped = PromQuery.parse(query).labels();
    List<String> unknown = new ArrayList<>();
    Matcher label = LEGEND_LABEL.matcher(legend);
    while (label.find()) {
      if (!grouped.contains(label.group(1))) {
        unknown.add("the legend of " + query + " names " + label.group(1));
      }
    }
    return unknown;
  }
}
