package io.tributary.ledger.credit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.tributary.ledger.Amount;
import io.tributary.ledger.Escrow;
import io.tributary.ledger.EvmAddress;
import io.tributary.ledger.Hash256;
import io.tributary.ledger.LaneId;
import io.tributary.ledger.PricePerGib;
import io.tributary.ledger.Voucher;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Each way to cheat ends in its verdict, and costs the honest side no more than its bound. */
final class CheatersTest {
  private static final long KIB = 1L << 10;
  private static final long MIB = 1L << 20;
  private static final PricePerGib PRICE = PricePerGib.of(1L << 30);
  private static final Instant NOW = Instant.ofEpochSecond(1_800_000_000L);
  private static final long EXPIRY = NOW.plus(Duration.ofDays(90)).getEpochSecond();
  private static final LaneId LANE = lane(1);

  private final CreditTerms terms = CreditTerms.defaults();
  private final PayerExposure exposure = new PayerExposure(terms.exposurePerPayerBytes());
  private final ServingLane payee = payee(LANE);
  private final PayingLane payer = new PayingLane(Voucher.none(LANE), terms, PRICE);

  private static LaneId lane(long number) {
    byte[] payee = new byte[EvmAddress.BYTES];
    payee[0] = 1;
    return new LaneId(EvmAddress.of(new byte[EvmAddress.BYTES]), EvmAddress.of(payee), number);
  }

  private ServingLane payee(LaneId lane) {
    ServingLane made = new ServingLane(Voucher.none(lane), terms, PRICE, exposure);
    made.onEscrow(Optional.of(new Escrow(Amount.ZERO, Amount.of(1L << 50))));
    return made;
  }

  /** At this price, one byte costs one unit. */
  private static Voucher voucher(long bytes) {
    return new Voucher(LANE, Amount.of(bytes), bytes, EXPIRY, Hash256.ZERO);
  }

  private static long seconds(long seconds) {
    return Duration.ofSeconds(seconds).toNanos();
  }

  private Optional<Verdict> judge(Voucher voucher) {
    return payee.judge(voucher, NOW, 0);
  }

  private void pay(long bytes) {
    assertThat(judge(voucher(bytes))).isEmpty();
    payee.onDurable(voucher(bytes), 0);
  }

  // Payers

  @Test
  void payerWithoutEscrow_getsNothing() {
    ServingLane lane = new ServingLane(Voucher.none(LANE), terms, PRICE, exposure);
    assertThat(lane.sendableBytes()).isZero();
    assertThatExceptionOfType(IllegalStateException.class).isThrownBy(() -> lane.onSent(1, 0));
  }

  @Test
  void payerWithSmallEscrow_getsWhatItCovers() {
    payee.onEscrow(Optional.of(new Escrow(Amount.ZERO, Amount.of(1000))));
    assertThat(payee.sendableBytes()).isEqualTo(1000);
    assertThat(judge(voucher(1001))).contains(Verdict.ESCROW_TOO_SMALL);
    pay(600);
    assertThat(payee.windowBytes()).isEqualTo(400);
    payee.onEscrow(Optional.of(new Escrow(Amount.of(600), Amount.of(400))));
    assertThat(payee.windowBytes()).isEqualTo(400);
    payee.onEscrow(Optional.empty());
    assertThat(payee.windowBytes()).isZero();
  }

  @Test
  void payerThatNeverPays_getsOneWindow() {
    payee.onSent(payee.sendableBytes(), 0);
    assertThat(payee.sentBytes()).isEqualTo(MIB);
    assertThat(payee.sendableBytes()).isZero();
    assertThat(payee.onTime(seconds(6))).isEmpty();
    assertThat(payee.onTime(seconds(61))).contains(Verdict.STOPPED_PAYING);
    assertThat(payee.isOpen()).isFalse();
    assertThat(payee.owedBytes()).isEqualTo(MIB);
    assertThat(exposure.grantedBytes()).as("what is owed stays at risk").isEqualTo(MIB);
  }

  @Test
  void payerThatPaysAfterAll_isServedAgain() {
    payee.onSent(MIB, 0);
    payee.onTime(seconds(61));
    payee.onDurable(voucher(MIB), seconds(62));
    assertThat(payee.isOpen()).isTrue();
    assertThat(payee.verdict()).isEmpty();
    assertThat(payee.sendableBytes()).isEqualTo(MIB);
  }

  @Test
  void payerThatPaysInTime_getsLargerWindowsUpToTheMaximum() {
    for (long paid = 0, window = MIB; window <= 16 * MIB; window *= 2) {
      assertThat(payee.windowBytes()).isEqualTo(window);
      payee.onSent(256 * KIB, 0);
      paid += 256 * KIB;
      pay(paid);
    }
    assertThat(payee.windowBytes()).isEqualTo(16 * MIB);
  }

  @Test
  void latePayer_fallsBackToTheLeastWindow() {
    payee.onSent(256 * KIB, 0);
    pay(256 * KIB);
    payee.onSent(2 * MIB, 0);
    assertThat(payee.onTime(seconds(6))).isEmpty();
    assertThat(payee.sendableBytes()).isZero();
    payee.onDurable(voucher(2 * MIB + 256 * KIB), seconds(7));
    assertThat(payee.windowBytes()).isEqualTo(MIB);
  }

  @Test
  void payerWithManyLanes_getsItsExposureAndNoMore() {
    long sent = 0;
    for (int number = 0; number < 100; number++) {
      ServingLane lane = payee(lane(number));
      long bytes = lane.sendableBytes();
      lane.onSent(bytes, 0);
      sent += bytes;
    }
    assertThat(sent).isEqualTo(terms.exposurePerPayerBytes() - MIB);
    assertThat(exposure.grantedBytes()).isEqualTo(terms.exposurePerPayerBytes());
  }

  @Test
  void vouchersThatDoNotFit_areRefusedByName() {
    pay(1000);
    assertThat(judge(voucher(1000))).contains(Verdict.REPLAYED);
    assertThat(judge(voucher(999))).contains(Verdict.REPLAYED);
    assertThat(judge(new Voucher(LANE, Amount.of(999), 2000, EXPIRY, Hash256.ZERO)))
        .contains(Verdict.LESS_THAN_BEFORE);
    assertThat(judge(new Voucher(LANE, Amount.of(2000), 999, EXPIRY, Hash256.ZERO)))
        .contains(Verdict.LESS_THAN_BEFORE);
    assertThat(judge(new Voucher(LANE, Amount.of(1999), 2000, EXPIRY, Hash256.ZERO)))
        .contains(Verdict.UNDERPAID);
    assertThat(judge(new Voucher(lane(2), Amount.of(2000), 2000, EXPIRY, Hash256.ZERO)))
        .contains(Verdict.FOREIGN_LANE);
    long tooSoon = NOW.plus(terms.minVoucherLife()).getEpochSecond() - 1;
    assertThat(judge(new Voucher(LANE, Amount.of(2000), 2000, tooSoon, Hash256.ZERO)))
        .contains(Verdict.EXPIRES_TOO_SOON);
    assertThat(payee.best()).isEqualTo(voucher(1000));
  }

  @Test
  void higherPrice_isNotAskedOfVouchersUnderWay() {
    payee.changePrice(PricePerGib.of(2L << 30), seconds(1));
    assertThat(payee.judge(voucher(1000), NOW, seconds(2))).isEmpty();
    assertThat(payee.judge(voucher(1000), NOW, seconds(62))).contains(Verdict.UNDERPAID);
  }

  @Test
  void payerThatBreaksOffTransfers_gainsTheForgivenShareAndNoMore() {
    payee.onSent(MIB, 0);
    payee.onBrokenOff(MIB);
    assertThat(payee.sendableBytes()).as("nothing is paid, so nothing is forgiven").isZero();
    payee.onDurable(voucher(1000 * KIB), 0);
    assertThat(payee.owedBytes()).isEqualTo(24 * KIB - 8 * KIB);
  }

  @Test
  void freeBytes_areSentBeforeAnyEscrowIsSeen() {
    CreditTerms generous =
        new CreditTerms(
            MIB,
            16 * MIB,
            256 * KIB,
            terms.lateAfter(),
            terms.stoppedAfter(),
            64 * MIB,
            100,
            8,
            8 * MIB,
            terms.minVoucherLife());
    ServingLane lane = new ServingLane(Voucher.none(LANE), generous, PRICE, exposure);
    assertThat(lane.sendableBytes()).isEqualTo(100);
  }

  // Payees

  @Test
  void payeeThatSendsWrongBytes_isPaidForOneFragmentAtMost() {
    payer.onAcknowledged(Amount.ZERO, 0, 16 * MIB);
    assertThat(payer.requestableBytes()).isEqualTo(24 * MIB);
    payer.onRequested(24 * MIB);
    payer.onReceived(24 * MIB);
    assertThat(payer.due(true, EXPIRY).orElseThrow().bytesServed()).isEqualTo(8 * MIB);
    payer.close(Verdict.WRONG_BYTES);
    assertThat(payer.due(true, EXPIRY)).isEmpty();
    assertThat(payer.requestableBytes()).isZero();
    assertThat(payer.verdict()).contains(Verdict.WRONG_BYTES);
  }

  @Test
  void payeeThatClaimsMoreThanItSent_isConcededOneFragment() {
    assertThat(payer.onClaimed(8 * MIB + 1)).contains(Verdict.CLAIMED_MORE_THAN_SENT);
    assertThat(payer.due(true, EXPIRY).orElseThrow().bytesServed()).isEqualTo(8 * MIB);
    assertThat(payer.onClaimed(64 * MIB)).contains(Verdict.CLAIMED_MORE_THAN_SENT);
    assertThat(payer.due(true, EXPIRY).orElseThrow().bytesServed())
        .as("one fragment and the forgiven share of what is paid")
        .isEqualTo(8 * MIB + 8 * MIB / 1000 * 8);
  }

  @Test
  void payeeThatLiesAboutDurability_isFoundOut() {
    payer.onRequested(MIB);
    payer.onReceived(MIB);
    Voucher signed = payer.due(false, EXPIRY).orElseThrow();
    assertThat(payer.onAcknowledged(signed.amount(), signed.bytesServed() + 1, MIB))
        .contains(Verdict.LIED_ABOUT_DURABILITY);
    assertThat(payer.onAcknowledged(signed.amount(), signed.bytesServed(), MIB)).isEmpty();
    assertThat(payer.onPresented(Voucher.none(LANE))).contains(Verdict.LIED_ABOUT_DURABILITY);
    assertThat(payer.onPresented(signed)).isEmpty();
  }

  @Test
  void payeeAboveTheCeiling_isTooExpensive() {
    assertThat(payer.onPrice(PricePerGib.of((1L << 30) + 1))).contains(Verdict.TOO_EXPENSIVE);
    assertThat(payer.onPrice(PricePerGib.of(1L << 29))).isEmpty();
    payer.onRequested(MIB);
    payer.onReceived(MIB);
    assertThat(payer.due(false, EXPIRY).orElseThrow().amount()).isEqualTo(Amount.of(MIB / 2));
  }

  @Test
  void payerThatLostItsBooks_getsThemBackFromThePayee() {
    PayingLane fresh = new PayingLane(Voucher.none(LANE), terms, PRICE);
    assertThat(fresh.onPresented(voucher(5 * MIB))).isEmpty();
    assertThat(fresh.best()).isEqualTo(voucher(5 * MIB));
    assertThat(fresh.due(true, EXPIRY)).isEmpty();
    fresh.onRequested(MIB);
    fresh.onReceived(MIB);
    assertThat(fresh.due(false, EXPIRY)).contains(voucher(6 * MIB));
  }
}
