package io.tributary.exchange.lane;

import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.ledger.Amount;
import io.tributary.ledger.Escrow;
import io.tributary.ledger.Hash256;
import io.tributary.ledger.PricePerGib;
import io.tributary.ledger.SignedVoucher;
import io.tributary.ledger.Voucher;
import io.tributary.ledger.credit.CreditTerms;
import io.tributary.ledger.credit.PayerExposure;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Books that are older than the chain: the highest of local, presented and settled wins. */
final class SettledLaneTest {
  private static final long MIB = 1L << 20;

  /** One byte costs one unit. */
  private static final PricePerGib PRICE = PricePerGib.of(1L << 30);

  private final CreditTerms terms = CreditTerms.defaults();

  private static Voucher settled(long amount, long bytes) {
    return new Voucher(LaneWorld.LANE, Amount.of(amount), bytes, 0, Hash256.ZERO);
  }

  private static SignedVoucher signed(long bytes) {
    return LaneWorld.sign(
        new Voucher(LaneWorld.LANE, Amount.of(bytes), bytes, LaneWorld.EXPIRY, Hash256.ZERO));
  }

  private PayeeLane payee(Optional<SignedVoucher> local, Optional<Voucher> settled) {
    PayeeLane payee =
        new PayeeLane(
            LaneWorld.LANE,
            local,
            settled,
            terms,
            PRICE,
            new PayerExposure(terms.exposurePerPayerBytes()));
    payee.onEscrow(Optional.of(new Escrow(Amount.ZERO, Amount.of(1L << 50))));
    return payee;
  }

  private PayerLane payer(Optional<SignedVoucher> local, Optional<Voucher> settled) {
    return new PayerLane(
        LaneWorld.LANE, local, Amount.ZERO, settled, terms, PRICE, UnprovenLimits.defaults());
  }

  @Test
  void payeeWithOldBooks_beginsWhereTheChainHasPaid_andTakesNoVoucherBelow() {
    PayeeLane payee = payee(Optional.of(signed(MIB)), Optional.of(settled(3 * MIB, 3 * MIB)));
    assertThat(payee.best().amount()).isEqualTo(Amount.of(3 * MIB));
    assertThat(payee.best().bytesServed()).isEqualTo(3 * MIB);
    assertThat(payee.offer().best()).as("what was outrun proves nothing").isEmpty();
    payee.onPay(signed(2 * MIB), LaneWorld.NOW, 0);
    assertThat(payee.best().amount()).isEqualTo(Amount.of(3 * MIB));
  }

  @Test
  void payeeThatRedeemedAllItHas_presentsItAsBefore() {
    PayeeLane payee = payee(Optional.of(signed(3 * MIB)), Optional.of(settled(3 * MIB, 3 * MIB)));
    assertThat(payee.offer().best()).contains(signed(3 * MIB));
  }

  @Test
  void bytesThatAPayerStatedAndDidNotPay_areNotBelieved() {
    PayeeLane payee = payee(Optional.empty(), Optional.of(settled(1, Long.MAX_VALUE)));
    assertThat(payee.best().bytesServed()).isEqualTo(1);
    payee.take(MIB, true, 0);
    payee.onBrokenOff(MIB);
    assertThat(payee.owedBytes()).as("nothing is forgiven for them").isEqualTo(MIB);
  }

  @Test
  void payee_takesWhatTheChainHasPaidMeanwhile_whenBothMeet() {
    PayeeLane payee = payee(Optional.of(signed(MIB)), Optional.empty());
    payee.onSettled(Optional.of(settled(MIB, MIB)), 0);
    assertThat(payee.offer().best()).contains(signed(MIB));
    payee.onSettled(Optional.of(settled(2 * MIB, 2 * MIB)), 0);
    assertThat(payee.best().amount()).isEqualTo(Amount.of(2 * MIB));
    payee.onSettled(Optional.of(settled(MIB, 5 * MIB)), 0);
    assertThat(payee.best().bytesServed()).isEqualTo(2 * MIB);
  }

  @Test
  void payerWithOldBooks_signsAboveWhatTheChainHasPaid() {
    PayerLane payer = payer(Optional.of(signed(MIB)), Optional.of(settled(3 * MIB, 3 * MIB)));
    assertThat(payer.begin(MIB)).isTrue();
    payer.onReceived(MIB);
    payer.nextLimit(true).ifPresent(payer::onLimit);
    Voucher next = payer.next(true, LaneWorld.EXPIRY).orElseThrow();
    assertThat(next.amount()).isEqualTo(Amount.of(4 * MIB));
    assertThat(next.bytesServed()).isEqualTo(4 * MIB);
  }

  @Test
  void payer_takesWhatTheChainHasPaidMeanwhile_andNeverLess() {
    PayerLane payer = payer(Optional.of(signed(2 * MIB)), Optional.empty());
    payer.onSettled(Optional.of(settled(MIB, MIB)));
    assertThat(payer.best()).isEqualTo(signed(2 * MIB).voucher());
    payer.onSettled(Optional.of(settled(2 * MIB, 2 * MIB)));
    assertThat(payer.best()).isEqualTo(signed(2 * MIB).voucher());
    payer.onSettled(Optional.of(settled(3 * MIB, 3 * MIB)));
    assertThat(payer.best().amount()).isEqualTo(Amount.of(3 * MIB));
  }
}
