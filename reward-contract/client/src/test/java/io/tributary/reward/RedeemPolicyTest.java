package io.tributary.reward;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tributary.ledger.Amount;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import org.junit.jupiter.api.Test;

final class RedeemPolicyTest {
  private static final Duration WEEK = Duration.ofDays(7);
  private static final RedeemPolicy POLICY = new RedeemPolicy(50, WEEK, new BigDecimal("0.5"), 100);
  private static final BigInteger COST = BigInteger.valueOf(1_000);

  private static boolean isTime(long value, Duration waited, boolean isUrgent) {
    return POLICY.isTime(Amount.of(value), COST, waited, isUrgent);
  }

  @Test
  void value_isRedeemedAtOnce_whenItIsManyTimesTheCost() {
    assertThat(isTime(99_999, Duration.ZERO, false)).isFalse();
    assertThat(isTime(100_000, Duration.ZERO, false)).isTrue();
  }

  @Test
  void age_isEnough_whenItBringsMoreThanItCosts() {
    assertThat(isTime(2_001, WEEK.minusSeconds(1), false)).isFalse();
    assertThat(isTime(2_001, WEEK, false)).isTrue();
    assertThat(isTime(2_000, WEEK, false)).isFalse();
  }

  @Test
  void escrowThatLeaves_isReason_whenItBringsMoreThanItCosts() {
    assertThat(isTime(2_001, Duration.ZERO, true)).isTrue();
    assertThat(isTime(2_000, Duration.ZERO, true)).isFalse();
  }

  @Test
  void numbersThatMakeNoSense_areRefused() {
    assertThatThrownBy(() -> new RedeemPolicy(0, WEEK, BigDecimal.ONE, 1))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new RedeemPolicy(1, WEEK, BigDecimal.ZERO, 1))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new RedeemPolicy(1, WEEK, BigDecimal.ONE, 101))
        .hasMessageContaining("101");
  }
}
