package io.tributary.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.math.BigInteger;
import org.junit.jupiter.api.Test;

final class PricePerGibTest {
  private static final long GIB = 1L << 30;

  @Test
  void costs_areRoundedUpToWholeUnits() {
    PricePerGib price = PricePerGib.of(3);
    assertThat(price.costOf(0)).isEqualTo(Amount.ZERO);
    assertThat(price.costOf(1)).isEqualTo(Amount.of(1));
    assertThat(price.costOf(GIB)).isEqualTo(Amount.of(3));
    assertThat(price.costOf(GIB + 1)).isEqualTo(Amount.of(4));
  }

  @Test
  void largestPriceAndBytes_areExactOrRefused() {
    Amount most = new Amount(BigInteger.ONE.shiftLeft(Amount.BITS).subtract(BigInteger.ONE));
    assertThat(new PricePerGib(most).costOf(GIB)).isEqualTo(most);
    assertThatExceptionOfType(MalformedLedgerValueException.class)
        .isThrownBy(() -> new PricePerGib(most).costOf(GIB + 1));
    assertThat(PricePerGib.of(1).costOf(Long.MAX_VALUE)).isEqualTo(Amount.of(1L << 33));
  }

  @Test
  void negativeNumbers_areRefused() {
    assertThatExceptionOfType(MalformedLedgerValueException.class).isThrownBy(() -> Amount.of(-1));
    assertThatExceptionOfType(MalformedLedgerValueException.class)
        .isThrownBy(() -> PricePerGib.of(1).costOf(-1));
    assertThatExceptionOfType(MalformedLedgerValueException.class)
        .isThrownBy(() -> Amount.of(1).minus(Amount.of(2)));
  }
}
