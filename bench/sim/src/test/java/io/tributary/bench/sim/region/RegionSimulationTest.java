package io.tributary.bench.sim.region;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class RegionSimulationTest {

  private static RegionReport run(int members, long seed, int partitionMembers) {
    RegionScenario scenario =
        new RegionScenario(
            members,
            seed,
            0.005,
            Duration.ofSeconds(10),
            Duration.ofSeconds(20),
            2,
            1,
            Duration.ofSeconds(120),
            partitionMembers,
            Duration.ofSeconds(10));
    PrintStream nowhere =
        new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
    return new RegionSimulation(scenario, nowhere).run();
  }

  @Test
  void seed_replaysARunExactly() {
    RegionReport once = run(60, 1, 1000);
    assertThat(run(60, 1, 1000)).isEqualTo(once);
    assertThat(run(60, 2, 1000).traceHash()).isNotEqualTo(once.traceHash());
  }

  @Test
  void region_ofAHundred_doesWhatItShould() throws Exception {
    RegionReport report = run(100, 3, 50);
    assertThat(report.spread().to99()).isBetween(0.25, 30.0);
    assertThat(report.farewell().toAll()).isLessThan(30);
    assertThat(report.crash().to50()).as("the time to answer").isGreaterThan(10);
    assertThat(report.crash().toAll()).isLessThan(120);
    assertThat(report.coldJoin().snapshotBytes()).isBetween(100 * 200L, 100 * 500L);
    assertThat(report.hardship().members()).isEqualTo(100);
    assertThat(report.hardship().pauses()).isPositive();
    assertThat(report.hardship().wronglyLost()).isZero();
    assertThat(report.hardship().crash().toAll()).isLessThan(120);
    assertThat(report.partition().members()).isEqualTo(50);
    assertThat(report.partition().lostShare()).isGreaterThan(0.9);
    assertThat(report.partition().healingSeconds()).isLessThan(120);
    assertThat(report.flood().wronglyLost()).isZero();
    assertThat(report.flood().issuedPerSecond()).isGreaterThan(9);
    assertThat(report.flood().takenPerSecond()).isLessThan(0.7);

    JsonNode json = new ObjectMapper().readTree(RegionSimulation.toJson(report));
    assertThat(json.get("traffic").get("sentMean").asDouble()).isPositive();
    assertThat(json.get("goals")).allMatch(goal -> goal.has("reached"));
    assertThat(report.toTable()).contains("members", "cold join", "goal");
  }
}
