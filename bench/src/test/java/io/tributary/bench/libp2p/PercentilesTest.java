package io.tributary.bench.libp2p;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class PercentilesTest {
  @Test
  void percentiles_areExactAndNeedNoOrder() {
    Percentiles times = new Percentiles(100);
    for (int i = 100; i >= 1; i--) {
      times.add(i);
    }
    assertThat(times.at(0.5)).isEqualTo(50);
    assertThat(times.at(0.99)).isEqualTo(99);
    assertThat(times.at(1)).isEqualTo(100);
    assertThat(times.at(0)).isEqualTo(1);
  }

  @Test
  void time_beyondTheCapacity_isLeftOut() {
    Percentiles times = new Percentiles(1);
    times.add(7);
    times.add(9);
    assertThat(times.at(1)).isEqualTo(7);
  }

  @Test
  void noTimes_giveZero() {
    assertThat(new Percentiles(3).at(0.5)).isZero();
  }
}
