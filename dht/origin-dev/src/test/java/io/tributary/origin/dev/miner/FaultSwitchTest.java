package io.tributary.origin.dev.miner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tributary.origin.dev.miner.Fault.Kind;
import io.tributary.origin.dev.miner.Fault.Step;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** When a fault strikes. */
class FaultSwitchTest {
  private static final Fault WRONG = Fault.of(Kind.WRONG_BYTES);

  @Test
  void noRule_neverStrikes() {
    assertThat(new FaultSwitch(new SplittableRandom(1)).draw(Step.GET)).isEmpty();
  }

  @Test
  void rule_strikesOnlyWhereItsKindCan() {
    FaultSwitch faults = with(FaultRule.always(WRONG), 1);
    assertThat(faults.draw(Step.PUT)).isEmpty();
    assertThat(faults.draw(Step.CONNECT)).isEmpty();
    assertThat(faults.draw(Step.GET)).contains(WRONG);
    Fault down = Fault.of(Kind.DOWN);
    assertThat(with(FaultRule.always(down), 1).draw(Step.GET)).isEmpty();
    assertThat(with(FaultRule.always(down), 1).draw(Step.CONNECT)).contains(down);
  }

  @Test
  void countedRule_endsAfterItsStrikes() {
    FaultSwitch faults = with(FaultRule.next(2, WRONG), 1);
    assertThat(faults.draw(Step.GET)).isPresent();
    assertThat(faults.rule()).contains(FaultRule.next(1, WRONG));
    assertThat(faults.draw(Step.GET)).isPresent();
    assertThat(faults.draw(Step.GET)).isEmpty();
    assertThat(faults.rule()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void probableRule_strikesAboutAsOften_andTheSameWithTheSameSeed(long seed) {
    FaultRule rule = new FaultRule(WRONG, 0.3, FaultRule.ALWAYS);
    FaultSwitch one = with(rule, seed);
    FaultSwitch two = with(rule, seed);
    List<Boolean> strikes = new ArrayList<>();
    for (int i = 0; i < 2000; i++) {
      strikes.add(one.draw(Step.GET).isPresent());
      assertThat(two.draw(Step.GET).isPresent()).isEqualTo(strikes.get(i));
    }
    assertThat(strikes.stream().filter(struck -> struck).count())
        .as("strikes of 2000 with seed %d", seed)
        .isBetween(480L, 720L);
  }

  @Test
  void rulesOutOfRange_areRefused() {
    for (double probability : new double[] {0, -1, 1.01, Double.NaN}) {
      assertThatThrownBy(() -> new FaultRule(WRONG, probability, 1))
          .isInstanceOf(IllegalArgumentException.class);
    }
    assertThatThrownBy(() -> FaultRule.next(0, WRONG)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Fault(Kind.HTTP_5XX, 404))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("the amount of HTTP_5XX is 500 to 599, this is 404");
    assertThatThrownBy(() -> new Fault(Kind.SLOW, 0)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Fault(Kind.DOWN, 1)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void rules_areReadable() {
    assertThat(FaultRule.always(new Fault(Kind.SLOW, 5))).hasToString("SLOW(5)");
    assertThat(new FaultRule(WRONG, 0.5, 3))
        .hasToString("WRONG_BYTES with probability 0.5, 3 times");
  }

  private static FaultSwitch with(FaultRule rule, long seed) {
    FaultSwitch faults = new FaultSwitch(new SplittableRandom(seed));
    faults.set(Optional.of(rule));
    return faults;
  }
}
