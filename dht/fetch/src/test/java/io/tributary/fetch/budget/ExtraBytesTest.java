package io.tributary.fetch.budget;

import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.fetch.ManualNanos;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ExtraBytesTest {
  private static final Duration WINDOW = Duration.ofMinutes(10);
  private static final double SHARE = 0.05;

  private final ManualNanos clock = new ManualNanos();

  @Test
  void halfTheBurst_isThereAtOnce_andFlowsBackInAWindow() {
    ExtraBytes budget = new ExtraBytes(SHARE, 400, WINDOW, clock);
    assertThat(budget.tryTake(201)).isFalse();
    assertThat(budget.tryTake(200)).isTrue();
    assertThat(budget.tryTake(1)).isFalse();
    clock.advance(WINDOW.dividedBy(2));
    assertThat(budget.tryTake(101)).isFalse();
    assertThat(budget.tryTake(99)).isTrue();
    clock.advance(WINDOW.multipliedBy(9));
    assertThat(budget.tryTake(201)).isFalse();
    assertThat(budget.tryTake(200)).isTrue();
  }

  @Test
  void usefulBytes_earnTheirShare() {
    ExtraBytes budget = new ExtraBytes(SHARE, 1000, WINDOW, clock);
    assertThat(budget.tryTake(500)).isTrue();
    budget.onUseful(1000);
    assertThat(budget.tryTake(51)).isFalse();
    assertThat(budget.tryTake(50)).isTrue();
    assertThat(budget.extraBytes()).isEqualTo(550);
    assertThat(budget.usefulBytes()).isEqualTo(1000);
  }

  @Test
  void bytesGivenBack_mayBeTakenAgain() {
    ExtraBytes budget = new ExtraBytes(SHARE, 200, WINDOW, clock);
    assertThat(budget.tryTake(100)).isTrue();
    budget.giveBack(60);
    assertThat(budget.tryTake(61)).isFalse();
    assertThat(budget.tryTake(60)).isTrue();
    assertThat(budget.extraBytes()).isEqualTo(100);
  }

  private record Event(long millis, long useful, long extra) {}

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void anyWindow_beginningAnywhere_staysWithinTheBound(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    long burst = 5000;
    ExtraBytes budget = new ExtraBytes(SHARE, burst, WINDOW, clock);
    List<Event> events = new ArrayList<>();
    long millis = 0;
    long refused = 0;
    for (int step = 0; step < 3000; step++) {
      long pause = random.nextInt(50) == 0 ? random.nextInt(400_000) : random.nextInt(3000);
      clock.advance(Duration.ofMillis(pause));
      millis += pause;
      long bytes = random.nextInt(2000);
      if (random.nextInt(3) > 0) {
        budget.onUseful(bytes);
        events.add(new Event(millis, bytes, 0));
      } else if (budget.tryTake(bytes)) {
        events.add(new Event(millis, 0, bytes));
      } else {
        refused++;
      }
    }
    assertThat(refused).as("seed %d: the bound was met", seed).isPositive();
    for (int from = 0; from < events.size(); from++) {
      double allowed = burst;
      for (int at = from; at < events.size(); at++) {
        Event event = events.get(at);
        if (event.millis() - events.get(from).millis() > WINDOW.toMillis()) {
          break;
        }
        allowed += SHARE * event.useful() - event.extra();
        assertThat(allowed).as("seed %d, from %d to %d", seed, from, at).isGreaterThan(-1e-6);
      }
    }
  }
}
