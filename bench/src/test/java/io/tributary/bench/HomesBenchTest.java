package io.tributary.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tributary.bench.HomesBench.Report.Figure;
import java.util.List;
import org.junit.jupiter.api.Test;

final class HomesBenchTest {
  private static final HomesBench.Report REPORT =
      HomesBench.report(
          List.of(
              new Figure("homes", 5000, 3, 14.6, 15),
              new Figure("homes", 5000, 12, 20.5, 21),
              new Figure("placementAndFirstHomes", 5000, 3, 7000, 8000)));

  @Test
  void goals_areOfHomes_notOfPlacements() {
    assertThat(REPORT.goals())
        .containsExactly(
            Goal.atMost("microseconds for 3 homes", 14.6, 20),
            Goal.atMost("microseconds for 12 homes", 20.5, 20));
    assertThat(REPORT.goals()).extracting(Goal::reached).containsExactly(true, false);
  }

  @Test
  void report_hasTheSameFiguresForPeopleAndMachines() throws Exception {
    JsonNode json = new ObjectMapper().readTree(REPORT.toJson());
    assertThat(json.at("/figures/1/medianMicros").asDouble()).isEqualTo(20.5);
    assertThat(json.at("/goals/1/reached").asBoolean()).isFalse();
    assertThat(REPORT.toTable()).contains("placementAndFirstHomes").contains("MISSED");
  }
}
