package io.tributary.fetch.absence;

import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.fetch.ManualNanos;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class AbsencesTest {
  private final ManualNanos clock = new ManualNanos();
  private final Outage outage = new Outage(clock);
  private final Absences<String> absences = new Absences<>(100, outage, clock);

  @ParameterizedTest
  @EnumSource(Absence.class)
  void eachKind_isBelievedForItsTime(Absence absence) {
    assertThat(absences.put("x", absence)).isTrue();
    assertThat(absences.of("x")).contains(absence);
    assertThat(absences.of("y")).isEmpty();
    clock.advance(absence.believedFor().minusNanos(1));
    assertThat(absences.of("x")).contains(absence);
    clock.advance(Duration.ofNanos(1));
    assertThat(absences.of("x")).isEmpty();
  }

  @Test
  void whatAppeared_isForgottenAtOnce() {
    absences.put("x", Absence.UNKNOWN_ON_CHAIN);
    absences.forget("x");
    assertThat(absences.of("x")).isEmpty();
  }

  @Test
  void mostOfEverythingFails_nothingIsBelieved_untilItIsOver() {
    for (int i = 0; i < 20; i++) {
      outage.onFetch(false);
    }
    assertThat(outage.isOn()).isTrue();
    assertThat(absences.put("x", Absence.NO_SOURCE)).isFalse();
    assertThat(absences.of("x")).isEmpty();
    for (int i = 0; i < 25; i++) {
      outage.onFetch(true);
    }
    assertThat(outage.isOn()).isFalse();
    assertThat(absences.put("x", Absence.NO_SOURCE)).isTrue();
  }

  @Test
  void fewFailures_areNoOutage_andOldOnesNeither() {
    for (int i = 0; i < Outage.ENOUGH - 1; i++) {
      outage.onFetch(false);
    }
    assertThat(outage.isOn()).isFalse();
    for (int i = 0; i < 20; i++) {
      outage.onFetch(false);
    }
    assertThat(outage.isOn()).isTrue();
    clock.advance(Outage.WINDOW.multipliedBy(3));
    assertThat(outage.isOn()).isFalse();
  }

  @Test
  void manyKeys_areBounded() {
    for (int i = 0; i < 10_000; i++) {
      absences.put("k" + i, Absence.ALL_LIED);
    }
    assertThat(absences.size()).isLessThanOrEqualTo(100);
  }
}
