package io.tributary.exchange.lane;

import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.exchange.lane.LaneMessage.Durable;
import io.tributary.exchange.lane.LaneMessage.Offer;
import io.tributary.exchange.lane.LaneMessage.Refused;
import io.tributary.exchange.lane.PayeeLane.Step;
import io.tributary.exchange.lane.PayerLane.BreakOff;
import io.tributary.ledger.Amount;
import io.tributary.ledger.Escrow;
import io.tributary.ledger.EvmAddress;
import io.tributary.ledger.Hash256;
import io.tributary.ledger.LaneId;
import io.tributary.ledger.PricePerGib;
import io.tributary.ledger.SignedVoucher;
import io.tributary.ledger.Voucher;
import io.tributary.ledger.credit.CreditTerms;
import io.tributary.ledger.credit.PayerExposure;
import io.tributary.ledger.credit.Verdict;
import io.tributary.ledger.receipt.Outcome;
import io.tributary.ledger.receipt.Receipt;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Each way to cheat in the conversation ends in its verdict, at a bounded cost. */
final class LaneCheatersTest {
  private static final long MIB = 1L << 20;
  private static final long FRAGMENT = 8 * MIB;
  private static final PricePerGib PRICE = PricePerGib.of(1L << 30);
  private static final LaneId LANE = LaneWorld.LANE;

  private final CreditTerms terms = CreditTerms.defaults();
  private final PayeeLane payee =
      new PayeeLane(
          LANE,
          Optional.empty(),
          Optional.empty(),
          terms,
          PRICE,
          new PayerExposure(terms.exposurePerPayerBytes()));
  private final PayerLane payer =
      new PayerLane(
          LANE,
          Optional.empty(),
          Amount.ZERO,
          Optional.empty(),
          terms,
          PRICE,
          UnprovenLimits.defaults());

  LaneCheatersTest() {
    payee.onEscrow(Optional.of(new Escrow(Amount.ZERO, Amount.of(1L << 50))));
  }

  /** At this price, one byte costs one unit. */
  private static SignedVoucher voucher(long amount, long bytes) {
    return LaneWorld.sign(
        new Voucher(LANE, Amount.of(amount), bytes, LaneWorld.EXPIRY, Hash256.ZERO));
  }

  private List<Step> pay(SignedVoucher voucher, boolean isGenuine) {
    Optional<Step> step = payee.onPay(voucher, LaneWorld.NOW, 0);
    if (step.isPresent() && step.get() instanceof Step.Check check) {
      List<Step> next = payee.onChecked(check.voucher(), isGenuine, LaneWorld.NOW, 0);
      return next.get(0) instanceof Step.Write write
          ? payee.onRecorded(write.voucher(), LaneWorld.NOW, 0)
          : next;
    }
    return step.map(List::of).orElse(List.of());
  }

  private static Verdict refusal(List<Step> steps) {
    assertThat(steps).hasSize(1);
    return ((Refused) ((Step.Say) steps.get(0)).message()).verdict();
  }

  private void receive(long bytes) {
    assertThat(payer.begin(bytes)).isTrue();
    payer.onReceived(bytes);
  }

  private long payable() {
    payer.nextLimit(true).ifPresent(payer::onLimit);
    Optional<Voucher> next = payer.next(true, LaneWorld.EXPIRY);
    if (next.isEmpty()) {
      payer.nextLimit(true).ifPresent(payer::onLimit);
      next = payer.next(true, LaneWorld.EXPIRY);
    }
    next.ifPresent(each -> payer.onSigned(LaneWorld.sign(each)));
    return payer.best().bytesServed();
  }

  // Payers

  @Test
  void payerThatStopsPaying_getsOneWindow() {
    long got = 0;
    for (long taken = payee.take(MIB, true, 0); taken > 0; taken = payee.take(MIB, true, 0)) {
      got += taken;
    }
    assertThat(got).isEqualTo(terms.minWindowBytes());
    assertThat(payee.onTime(Duration.ofSeconds(61).toNanos())).contains(Verdict.STOPPED_PAYING);
    assertThat(payee.isOpen()).isFalse();
  }

  @Test
  void payerThatSignsForAnotherLane_isRefused() {
    LaneId other = new LaneId(LANE.payer(), EvmAddress.of(LaneWorld.filled(9)), 3);
    SignedVoucher foreign =
        LaneWorld.sign(new Voucher(other, Amount.of(MIB), MIB, LaneWorld.EXPIRY, Hash256.ZERO));
    assertThat(refusal(pay(foreign, true))).isEqualTo(Verdict.FOREIGN_LANE);
    assertThat(payee.best()).isEqualTo(Voucher.none(LANE));
  }

  @Test
  void payerThatSignsLessThanBefore_orTooLittle_isRefused() {
    pay(voucher(1000, 1000), true);
    assertThat(refusal(pay(voucher(999, 2000), true))).isEqualTo(Verdict.LESS_THAN_BEFORE);
    assertThat(refusal(pay(voucher(1500, 2000), true))).isEqualTo(Verdict.UNDERPAID);
    assertThat(payee.best().bytesServed()).isEqualTo(1000);
  }

  @Test
  void payerThatReplays_isToldAgainWhatIsDurable() {
    pay(voucher(1000, 1000), true);
    pay(voucher(2000, 2000), true);
    for (SignedVoucher old : List.of(voucher(1000, 1000), voucher(2000, 2000))) {
      assertThat(pay(old, true))
          .singleElement()
          .isInstanceOfSatisfying(
              Step.Say.class,
              say ->
                  assertThat(say.message())
                      .isEqualTo(new Durable(Amount.of(2000), 2000, payee.windowBytes(), 2000)));
    }
  }

  @Test
  void payerWithAnotherKey_isRefused() {
    assertThat(refusal(pay(voucher(1000, 1000), false))).isEqualTo(Verdict.BAD_SIGNATURE);
    assertThat(payee.best()).isEqualTo(Voucher.none(LANE));
    assertThat(payee.isSettled()).isTrue();
  }

  @Test
  void payerWhoseKeyHasExpired_getsNoCreditAndPaysNothing() {
    payee.onEscrow(Optional.empty());
    assertThat(payee.take(MIB, true, 0)).isZero();
    assertThat(refusal(pay(voucher(1000, 1000), true))).isEqualTo(Verdict.SIGNER_NOT_AUTHORISED);
  }

  @Test
  void payerWhoseVoucherExpires_isRefused() {
    SignedVoucher soon =
        LaneWorld.sign(
            new Voucher(
                LANE,
                Amount.of(1000),
                1000,
                LaneWorld.NOW.plus(Duration.ofDays(1)).getEpochSecond(),
                Hash256.ZERO));
    assertThat(refusal(pay(soon, true))).isEqualTo(Verdict.EXPIRES_TOO_SOON);
  }

  @Test
  void vouchersThatComeTogether_areCheckedOnceForTheHighest() {
    Optional<Step> first = payee.onPay(voucher(1000, 1000), LaneWorld.NOW, 0);
    assertThat(first).containsInstanceOf(Step.Check.class);
    for (long bytes : new long[] {3000, 2000, 2500}) {
      assertThat(payee.onPay(voucher(bytes, bytes), LaneWorld.NOW, 0)).isEmpty();
    }
    payee.onChecked(voucher(1000, 1000), true, LaneWorld.NOW, 0);
    List<Step> next = payee.onRecorded(voucher(1000, 1000), LaneWorld.NOW, 0);
    assertThat(next).hasSize(2);
    assertThat(next.get(1)).isEqualTo(new Step.Check(voucher(3000, 3000)));
  }

  @Test
  void credit_isKeptForTheRestOfWhoLeads_upToHalfTheWindow() {
    payee.keep(FRAGMENT);
    assertThat(payee.creditBytes(false)).isEqualTo(MIB / 2);
    assertThat(payee.take(MIB, false, 0)).isEqualTo(MIB / 2);
    assertThat(payee.take(MIB, false, 0)).isZero();
    assertThat(payee.take(MIB / 4, true, 0)).isEqualTo(MIB / 4);
    payee.keep(-FRAGMENT);
    assertThat(payee.take(MIB, false, 0)).isEqualTo(MIB / 4);
    assertThat(payee.creditBytes(true)).isZero();
  }

  // Payees

  @Test
  void payeeThatSendsWrongBytes_isPaidForOneFragment() {
    receive(FRAGMENT);
    assertThat(payable()).isEqualTo(FRAGMENT);
    assertThat(payer.onWrong()).isEqualTo(Verdict.WRONG_BYTES);
    assertThat(payer.begin(1)).isFalse();
    assertThat(payable()).isEqualTo(FRAGMENT);
  }

  @Test
  void payeeThatBreaksOff_isPaidForOneFragmentAndAShare() {
    long paid = 0;
    for (int i = 0; i < 100 && payer.verdict().isEmpty(); i++) {
      receive(MIB);
      payer.onBrokenOff(BreakOff.BY_PAYEE, 0, MIB);
      paid = payable();
    }
    assertThat(payer.verdict()).contains(Verdict.UNPROVEN_BYTES);
    assertThat(paid).isEqualTo(FRAGMENT);
  }

  @Test
  void payeeThatBreaksOffRarely_isPaid() {
    for (int i = 0; i < 1000; i++) {
      receive(FRAGMENT);
      payer.onVerified(
          FRAGMENT, new Receipt(Hash256.ZERO, "peer", FRAGMENT, 1, 1, Outcome.VERIFIED));
      if (i % 20 == 19) {
        receive(MIB);
        assertThat(payer.onBrokenOff(BreakOff.BY_PAYEE, 0, MIB)).isEmpty();
      }
    }
    assertThat(payable()).isEqualTo(1000 * FRAGMENT + 50 * MIB);
  }

  @Test
  void payeeThatClaimsMoreThanItSent_isConcededOneFragment() {
    assertThat(payer.onDurable(new Durable(Amount.ZERO, 0, MIB, 100 * MIB)))
        .contains(Verdict.CLAIMED_MORE_THAN_SENT);
    assertThat(payable()).isEqualTo(FRAGMENT);
    assertThat(payer.onDurable(new Durable(Amount.ZERO, 0, MIB, Long.MAX_VALUE)))
        .contains(Verdict.CLAIMED_MORE_THAN_SENT);
    assertThat(payable()).isLessThanOrEqualTo(FRAGMENT + FRAGMENT / 1000 * 8);
  }

  @Test
  void payeeThatClaimsWhileBytesAreUnderWay_isHeardWhenTheyHaveCome() {
    receive(MIB);
    assertThat(payer.onDurable(new Durable(Amount.ZERO, 0, MIB, 3 * MIB))).isEmpty();
    assertThat(payable()).isEqualTo(MIB);
    payer.onVerified(MIB, new Receipt(Hash256.ZERO, "peer", MIB, 1, 1, Outcome.VERIFIED));
    assertThat(payable()).as("two were lost").isEqualTo(3 * MIB);
  }

  @Test
  void payeeThatLiesAboutDurability_isFoundOut() {
    assertThat(payer.onDurable(new Durable(Amount.of(1), 1, MIB, 1)))
        .contains(Verdict.LIED_ABOUT_DURABILITY);
    assertThat(payer.begin(1)).isFalse();
  }

  @Test
  void payeeThatForgetsWhatItAcknowledged_isFoundOut() {
    receive(MIB);
    assertThat(payable()).isEqualTo(MIB);
    assertThat(payer.onDurable(new Durable(payer.amount(), MIB, MIB, MIB))).isEmpty();
    assertThat(payer.onOffer(new Offer(PRICE, MIB, 0, Optional.empty()), true))
        .contains(Verdict.LIED_ABOUT_DURABILITY);
  }

  @Test
  void payeeThatPresentsAForgery_isFoundOut() {
    assertThat(payer.onOffer(new Offer(PRICE, MIB, 0, Optional.of(voucher(9, 9))), false))
        .contains(Verdict.LIED_ABOUT_DURABILITY);
  }

  // Reconciliation

  @Test
  void payerThatLostItsBooks_getsThemBack() {
    SignedVoucher kept = voucher(5 * MIB, 5 * MIB);
    assertThat(payer.onOffer(new Offer(PRICE, MIB, 5 * MIB, Optional.of(kept)), true)).isEmpty();
    assertThat(payer.signed()).contains(kept);
    assertThat(payable()).isEqualTo(5 * MIB);
  }

  @Test
  void theChainsWord_winsOverOlderBooks() {
    Voucher settled = voucher(7 * MIB, 7 * MIB).voucher();
    PayerLane fresh =
        new PayerLane(
            LANE,
            Optional.of(voucher(MIB, MIB)),
            Amount.ZERO,
            Optional.of(settled),
            terms,
            PRICE,
            UnprovenLimits.defaults());
    assertThat(fresh.best()).isEqualTo(settled);
    PayeeLane other =
        new PayeeLane(
            LANE,
            Optional.of(voucher(MIB, MIB)),
            Optional.of(settled),
            terms,
            PRICE,
            new PayerExposure(terms.exposurePerPayerBytes()));
    assertThat(other.best()).isEqualTo(settled);
    assertThat(other.offer().best()).isEmpty();
  }
}
