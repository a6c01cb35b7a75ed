package io.tributary.bench.retriever;

import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.bench.Goal;
import io.tributary.bench.retriever.RetrieverReport.Figure;
import io.tributary.bench.retriever.RetrieverReport.Setup;
import io.tributary.bench.retriever.RetrieverReport.Stage;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a report says. */
final class RetrieverReportTest {
  private static RetrieverReport report(double ofNginx) {
    return new RetrieverReport(
        new Setup(List.of("-Xmx512m"), "nginx", true),
        List.of(new Figure("hot, whole, retriever", 3, 2.5, 3.5, "GB/s")),
        List.of(new Stage("serve", 0.25, 3)),
        List.of("something to know"),
        List.of(Goal.atLeast("hot, whole, of nginx", ofNginx, 0.7)));
  }

  @Test
  void table_hasFiguresStagesNotesAndGoals() {
    assertThat(report(0.7).toTable())
        .contains("2.500..3.500", "serve", "NOTE  something to know", "reached")
        .doesNotContain("MISSED");
    assertThat(report(0.69).toTable()).contains("MISSED");
  }

  @Test
  void json_hasTheFigures() {
    assertThat(RetrieverBench.toJson(report(1)))
        .contains("\"value\":3.0", "\"cpuSecondsPerGib\":0.25", "\"reached\":true");
  }
}
