package io.tributary.bench.sim.dht;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Small networks; the goals for large ones are measured by {@code tributary sim dht}. */
class DhtSimulationTest {

  private static DhtReport run(DhtSettings settings) {
    return new DhtSimulation(settings, () -> 0).run();
  }

  private static DhtSettings small(long seed) {
    return DhtSettings.calm(150, 200, seed).lasting(Duration.ofMinutes(30));
  }

  @Test
  void sameSeed_replaysTheRunExactly() {
    DhtSettings settings = small(1).withChurn(0.5).withLoss(0.02, 0.2).withSybils(0.1);
    DhtReport first = run(settings);
    DhtReport second = run(settings);
    assertThat(second.traceHash()).isEqualTo(first.traceHash());
    assertThat(second.messages()).isEqualTo(first.messages());
    assertThat(second.latencyMillis()).isEqualTo(first.latencyMillis());
    DhtReport other = run(small(2).withChurn(0.5).withLoss(0.02, 0.2).withSybils(0.1));
    assertThat(other.traceHash()).isNotEqualTo(first.traceHash());
  }

  @ParameterizedTest
  @ValueSource(longs = {3, 4})
  void calmNetwork_findsEverything(long seed) {
    DhtReport report = run(small(seed));
    assertThat(report.found()).as("%s", report).isEqualTo(report.lookups()).isPositive();
    assertThat(report.returnedFound()).as("%s", report).isEqualTo(report.returned()).isPositive();
    assertThat(report.hops().median()).isLessThanOrEqualTo(4);
  }

  @Test
  void churn_doesNotLoseContent() {
    DhtReport report = run(small(5).withChurn(0.6));
    assertThat(report.success()).as("%s", report).isGreaterThanOrEqualTo(0.99);
    assertThat(report.returnedFound()).as("%s", report).isEqualTo(report.returned());
  }

  @Test
  void lossAndNats_areBorne() {
    DhtReport report = run(small(6).withLoss(0.05, 0.3));
    assertThat(report.success()).as("%s", report).isGreaterThanOrEqualTo(0.98);
  }

  @Test
  void sybils_doNotHideContent() {
    DhtReport report = run(small(7).withSybils(0.2));
    assertThat(report.sybils()).isBetween(0.1, 0.3);
    assertThat(report.success()).as("%s", report).isGreaterThanOrEqualTo(0.97);
  }

  @Test
  void sybilsThatChoseTheirIds_doNotHideContent() {
    DhtReport report = run(small(8).withAttack(new DhtSettings.Attack(5, 20, 4)));
    assertThat(report.attacked()).isPositive();
    assertThat((double) report.attackedFound() / report.attacked())
        .as("%s", report)
        .isGreaterThanOrEqualTo(0.97);
    assertThat(report.found()).as("%s", report).isEqualTo(report.lookups());
  }
}
