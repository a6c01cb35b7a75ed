package io.tributary.exchange.lane;

import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.exchange.lane.LaneMessage.Durable;
import io.tributary.exchange.lane.LaneMessage.Offer;
import io.tributary.exchange.lane.LaneMessage.Pay;
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
import io.tributary.ledger.signature.Signature;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * A payer and a payee, both the real state machines, with a simulated network, disks and signatures
 * between them. Bytes on a connection come in order or not at all; vouchers and what is said of
 * them may also come late, twice and in any order. What a disk has not confirmed dies with its
 * process.
 */
final class LaneWorld {
  static final long FRAGMENT = 8L << 20;
  static final PricePerGib PRICE = PricePerGib.of(1_000_000_000_007L);
  static final Instant NOW = Instant.ofEpochSecond(1_800_000_000L);
  static final long EXPIRY = 4_000_000_000L;
  static final LaneId LANE = new LaneId(EvmAddress.of(filled(1)), EvmAddress.of(filled(2)), 3);
  private static final UnprovenLimits LIMITS =
      // The world breaks connections much more often than the world does.
      new UnprovenLimits(FRAGMENT, 8, 1L << 50, 1000);

  /** One fragment on its way. */
  static final class Transfer {
    final long size;
    long unsent;
    long inFlight;
    long received;
    boolean isCancelled;
    boolean isStuck;

    Transfer(long size) {
      this.size = size;
      this.unsent = size;
    }
  }

  final SplittableRandom random;
  final CreditTerms terms = CreditTerms.defaults();

  // What survives a crash.
  Optional<SignedVoucher> payerDisk = Optional.empty();
  Amount payerLimit = Amount.ZERO;
  Optional<SignedVoucher> payeeDisk = Optional.empty();

  // What does not.
  PayerLane payer;
  PayeeLane payee;
  final List<SignedVoucher> payerUnsigned = new ArrayList<>();
  final List<Runnable> payerUnwritten = new ArrayList<>();
  final List<Step> payeeUndone = new ArrayList<>();
  final List<LaneMessage> toPayee = new ArrayList<>();
  final List<LaneMessage> toPayer = new ArrayList<>();
  final List<Transfer> transfers = new ArrayList<>();
  long led;
  boolean isOfferDue;
  boolean hasMet;

  // What an onlooker counts.
  Voucher acknowledged = Voucher.none(LANE);
  long nowNanos;
  long sentTotal;
  long receivedTotal;
  long payerCrashes;
  long payeeCrashes;
  long signed;
  long completed;

  LaneWorld(long seed) {
    this.random = new SplittableRandom(seed);
    this.payer = newPayer();
    this.payee = newPayee();
    meet();
  }

  static byte[] filled(int value) {
    byte[] raw = new byte[EvmAddress.BYTES];
    Arrays.fill(raw, (byte) value);
    return raw;
  }

  /** A signature that parses; whether it is right is the world's to say. */
  static SignedVoucher sign(Voucher voucher) {
    byte[] raw = new byte[Signature.BYTES];
    raw[0] = 1;
    raw[Signature.BYTES - 1] = 1;
    return new SignedVoucher(voucher, Signature.parse(raw));
  }

  PayerLane newPayer() {
    return new PayerLane(LANE, payerDisk, mostOwed(), Optional.empty(), terms, PRICE, LIMITS);
  }

  /** The most that the payer may owe by its books. */
  private Amount mostOwed() {
    Amount written = payerDisk.map(each -> each.voucher().amount()).orElse(Amount.ZERO);
    return payerLimit.compareTo(written) > 0 ? payerLimit : written;
  }

  PayeeLane newPayee() {
    PayeeLane lane =
        new PayeeLane(
            LANE,
            payeeDisk,
            Optional.empty(),
            terms,
            PRICE,
            new PayerExposure(terms.exposurePerPayerBytes()));
    lane.onEscrow(Optional.of(new Escrow(Amount.ZERO, Amount.of(Long.MAX_VALUE))));
    return lane;
  }

  // Both sides' hosts

  /** Both sides meet on a new connection, as their hosts have them. */
  void meet() {
    // Until the offer is out, this line hears nothing else.
    isOfferDue = true;
    payer.signed().ifPresent(best -> pay(best));
    offerIfSettled();
  }

  void offerIfSettled() {
    if (isOfferDue && payee.isSettled()) {
      isOfferDue = false;
      toPayer.add(payee.offer());
    }
  }

  void pay(SignedVoucher voucher) {
    payee.onPay(voucher, NOW, nowNanos).ifPresent(each -> payeeDo(List.of(each)));
  }

  /** Carries out what can be done at once; checks and writes wait. */
  void payeeDo(List<Step> steps) {
    for (Step step : steps) {
      if (step instanceof Step.Say say) {
        say(say.message());
      } else {
        payeeUndone.add(step);
      }
    }
    offerIfSettled();
  }

  private void say(LaneMessage message) {
    if (message instanceof Refused refused) {
      assertThat(refused.verdict()).as("of an honest payer").isNull();
    }
    if (message instanceof Durable durable) {
      Voucher now =
          new Voucher(LANE, durable.amount(), durable.bytesServed(), EXPIRY, Hash256.ZERO);
      acknowledged = now.covers(acknowledged) ? now : acknowledged;
    }
    if (!isOfferDue) {
      toPayer.add(message);
    }
  }

  void payerDo(boolean isFlush) {
    payer
        .nextLimit(isFlush)
        .ifPresent(
            limit ->
                payerUnwritten.add(
                    () -> {
                      payerLimit = limit;
                      payer.onLimit(limit);
                      payerDo(false);
                    }));
    payer
        .next(isFlush, EXPIRY)
        .ifPresent(
            voucher -> {
              signed++;
              payerUnsigned.add(sign(voucher));
            });
  }

  /** The payer's timer: what has come is paid, and at rest the books become exact. */
  void payerRests() {
    payerDo(true);
    payer
        .nextEntry()
        .ifPresent(
            last ->
                payerUnwritten.add(
                    () -> {
                      payerDisk = Optional.of(last);
                      payerLimit = last.voucher().amount();
                    }));
  }

  // What may happen

  void step() {
    nowNanos += random.nextLong(2_000_000);
    int dice = random.nextInt(1000);
    if (dice < 140) {
      request();
    } else if (dice < 420) {
      send();
    } else if (dice < 700) {
      receive();
    } else if (dice < 780) {
      workPayer();
    } else if (dice < 860) {
      deliverToPayee();
    } else if (dice < 930) {
      workPayee();
    } else if (dice < 985) {
      deliverToPayer();
    } else if (dice < 992) {
      cancel();
    } else if (dice < 994) {
      payerRests();
    } else if (dice < 996) {
      reconnect();
    } else if (dice < 997) {
      nowNanos += Duration.ofSeconds(random.nextInt(80)).toNanos();
      payee.onTime(nowNanos);
    } else if (dice < 998) {
      failADisk();
    } else if (dice < 999) {
      crashPayer();
    } else {
      crashPayee();
    }
  }

  void request() {
    long size = random.nextInt(4) == 0 ? FRAGMENT : 1 + random.nextLong(FRAGMENT);
    if (hasMet && transfers.size() < 6 && payer.begin(size)) {
      transfers.add(new Transfer(size));
    }
  }

  Optional<Transfer> any() {
    List<Transfer> moving = transfers.stream().filter(each -> !each.isStuck).toList();
    return moving.isEmpty()
        ? Optional.empty()
        : Optional.of(moving.get(random.nextInt(moving.size())));
  }

  void send() {
    any().filter(each -> each.unsent > 0).ifPresent(this::send);
  }

  private void send(Transfer transfer) {
    long wanted = Math.min(transfer.unsent, 1 + random.nextLong(256 << 10));
    long bytes = payee.take(wanted, leads(transfer), nowNanos);
    if (bytes > 0) {
      assertThat(payee.owedBytes()).isLessThanOrEqualTo(payee.windowBytes());
    }
    transfer.unsent -= bytes;
    transfer.inFlight += bytes;
    sentTotal += bytes;
  }

  /** The oldest leads, as a server has it: credit is kept for the rest of it. */
  private boolean leads(Transfer transfer) {
    Transfer oldest = transfers.get(0);
    payee.keep(oldest.unsent - led);
    led = oldest.unsent;
    return transfer == oldest;
  }

  void receive() {
    any().ifPresent(this::receive);
  }

  private void receive(Transfer transfer) {
    long bytes = transfer.inFlight;
    transfer.inFlight = 0;
    transfer.received += bytes;
    receivedTotal += bytes;
    payer.onReceived(bytes);
    if (transfer.received == transfer.size && !transfer.isCancelled) {
      transfers.remove(transfer);
      payer.onVerified(
          transfer.size, new Receipt(Hash256.ZERO, "peer", transfer.size, 1, 1, Outcome.VERIFIED));
      completed++;
    } else if (transfer.isCancelled && transfer.unsent == 0) {
      transfers.remove(transfer);
      long missing = transfer.size - transfer.received;
      assertThat(payer.onBrokenOff(BreakOff.CANCELLED_HERE, missing, transfer.received)).isEmpty();
    }
    payerDo(false);
  }

  /** The payer wants no more: the payee sends no more, and what is on its way still comes. */
  void cancel() {
    any()
        .ifPresent(
            transfer -> {
              transfer.isCancelled = true;
              transfer.unsent = 0;
            });
  }

  void workPayer() {
    boolean isWrite = payerUnsigned.isEmpty() || random.nextBoolean();
    if (isWrite && !payerUnwritten.isEmpty()) {
      payerUnwritten.remove(0).run();
    } else if (!payerUnsigned.isEmpty()) {
      SignedVoucher voucher = payerUnsigned.remove(0);
      payer.onSigned(voucher);
      toPayee.add(new Pay(voucher));
      payerDo(false);
    }
  }

  void failADisk() {
    if (!payerUnwritten.isEmpty()) {
      payerUnwritten.clear();
      payer.onLimitFailed();
      payerDo(false);
    } else if (!payerUnsigned.isEmpty()) {
      payerUnsigned.clear();
      payer.onSigningFailed();
      payerDo(false);
    } else if (!payeeUndone.isEmpty()) {
      payeeUndone.clear();
      payeeDo(payee.onRecordFailed(NOW, nowNanos));
    }
  }

  void deliverToPayee() {
    if (toPayee.isEmpty()) {
      return;
    }
    int index = random.nextInt(4) == 0 ? random.nextInt(toPayee.size()) : 0;
    int fate = random.nextInt(20);
    LaneMessage message = fate == 0 ? toPayee.get(index) : toPayee.remove(index);
    if (fate != 1 && message instanceof Pay pay) {
      pay(pay.voucher());
    }
  }

  void workPayee() {
    if (payeeUndone.isEmpty()) {
      return;
    }
    Step step = payeeUndone.remove(0);
    if (step instanceof Step.Check check) {
      payeeDo(payee.onChecked(check.voucher(), true, NOW, nowNanos));
    } else if (step instanceof Step.Write write) {
      if (payeeDisk.map(d -> write.voucher().voucher().covers(d.voucher())).orElse(true)) {
        payeeDisk = Optional.of(write.voucher());
      }
      payeeDo(payee.onRecorded(write.voucher(), NOW, nowNanos));
    }
  }

  void deliverToPayer() {
    if (toPayer.isEmpty()) {
      return;
    }
    boolean isFirst = toPayer.get(0) instanceof Offer;
    int index = isFirst ? 0 : random.nextInt(toPayer.size());
    LaneMessage message = toPayer.get(index);
    int fate = isFirst ? 2 : random.nextInt(20);
    if (fate != 0) {
      toPayer.remove(index);
    }
    if (fate != 1) {
      hear(message);
    }
  }

  private void hear(LaneMessage message) {
    Optional<Verdict> verdict = Optional.empty();
    if (message instanceof Offer offer) {
      verdict = payer.onOffer(offer, true);
      hasMet = true;
    } else if (message instanceof Durable durable) {
      verdict = payer.onDurable(durable);
    }
    // An honest payee whose payer lost more than it concedes goes on all the same.
    assertThat(verdict.filter(each -> each != Verdict.CLAIMED_MORE_THAN_SENT)).isEmpty();
    payerDo(false);
    payer
        .signed()
        .filter(
            best ->
                message instanceof Offer
                    && best.voucher().bytesServed() > payer.acknowledgedBytes())
        .ifPresent(best -> toPayee.add(new Pay(best)));
  }

  /** The connection breaks with all that is on the way, and both sides meet again. */
  void reconnect() {
    for (Transfer transfer : transfers) {
      payeeBreaks(transfer);
      payerBreaks(transfer);
    }
    transfers.clear();
    toPayee.clear();
    toPayer.clear();
    meet();
  }

  private void payeeBreaks(Transfer transfer) {
    // Not knowing what arrived, it says all that it sent.
    payeeDo(List.of(payee.onBrokenOff(transfer.received + transfer.inFlight)));
  }

  private void payerBreaks(Transfer transfer) {
    long missing = transfer.size - transfer.received;
    assertThat(payer.onBrokenOff(BreakOff.LOST, missing, transfer.received)).isEmpty();
  }

  void crashPayer() {
    payerCrashes++;
    transfers.forEach(this::payeeBreaks);
    transfers.clear();
    payerUnsigned.clear();
    payerUnwritten.clear();
    toPayee.clear();
    toPayer.clear();
    payer = newPayer();
    hasMet = false;
    meet();
  }

  void crashPayee() {
    payeeCrashes++;
    transfers.forEach(this::payerBreaks);
    transfers.clear();
    payeeUndone.clear();
    toPayee.clear();
    toPayer.clear();
    payee = newPayee();
    led = 0;
    meet();
  }

  // What must hold

  void check(String where) {
    long paid = payeeDisk.map(each -> each.voucher().bytesServed()).orElse(0L);
    long forgiven = paid / 1000 * terms.forgivenPerMille();
    // The payee: what it never gets paid for is at most a window, and one more for each crash.
    require(payee.owedBytes() <= terms.maxWindowBytes(), where, "owed");
    require(
        sentTotal - paid <= (1 + payeeCrashes) * terms.maxWindowBytes() + forgiven,
        where,
        "sent and not paid");
    // No voucher that was acknowledged is ever lost.
    Voucher disk = payeeDisk.map(SignedVoucher::voucher).orElse(Voucher.none(LANE));
    require(disk.covers(acknowledged), where, "an acknowledged voucher is lost");
    // The payer: it signs for bytes received, and concedes a fragment and a share.
    long conceded = (1 + payerCrashes) * (FRAGMENT + forgiven);
    long signedFor = payer.best().bytesServed();
    require(signedFor <= receivedTotal + conceded, where, "paid and not received");
    // No byte is paid twice, and each for the price agreed.
    Amount cost = PRICE.costOf(signedFor);
    require(
        payer.amount().compareTo(cost) >= 0
            && payer.amount().compareTo(cost.plus(Amount.of(signed))) <= 0,
        where,
        "a byte has cost more, or less, than its price");
    require(payer.verdict().isEmpty(), where, "an honest payee is judged");
    // The payer's books never know less than what it may owe.
    require(
        disk.amount().compareTo(mostOwed()) <= 0,
        where,
        "a voucher has left that nobody wrote down");
  }

  private void require(boolean holds, String where, String what) {
    if (!holds) {
      throw new AssertionError(where + ": " + what + "; " + this);
    }
  }

  /** No more faults: every transfer must end, and everything received must be paid. */
  void calm(String where, int wanted) {
    payee.onTime(nowNanos);
    reconnect();
    endSome(where, wanted);
    while (!transfers.isEmpty()) {
      send();
      receive();
      settle();
    }
    for (int round = 0; round < 10; round++) {
      payerRests();
      settle();
    }
    require(!payer.hasLimit(), where, "the payer does not come to rest");
    require(
        payerDisk.map(SignedVoucher::voucher).equals(Optional.of(payer.best())),
        where,
        "the payer's books are not exact at rest");
    require(payee.best().equals(payer.best()), where, "not all that came is paid");
    require(payer.acknowledgedBytes() == payee.best().bytesServed(), where, "not told");
  }

  private void endSome(String where, int wanted) {
    long before = completed;
    for (int round = 0; round < 200_000 && completed < before + wanted; round++) {
      nowNanos += 1_000_000;
      request();
      send();
      receive();
      settle();
      if (round % 100 == 0) {
        payerRests();
      }
    }
    require(completed >= before + wanted, where, "transfers do not end");
  }

  /** The oldest transfer moves no more: the others must end all the same. */
  void stall(String where, int wanted) {
    payee.onTime(nowNanos);
    reconnect();
    settle();
    while (transfers.isEmpty()) {
      request();
    }
    Transfer leader = transfers.get(0);
    long sent = random.nextLong(leader.size);
    while (leader.size - leader.unsent < sent) {
      send(leader);
      receive(leader);
      settle();
    }
    leader.isStuck = true;
    endSome(where, wanted);
    leader.isStuck = false;
  }

  private void settle() {
    while (!payerUnwritten.isEmpty() || !payerUnsigned.isEmpty()) {
      workPayer();
    }
    while (!toPayee.isEmpty()) {
      if (toPayee.remove(0) instanceof Pay pay) {
        pay(pay.voucher());
      }
    }
    while (!payeeUndone.isEmpty()) {
      workPayee();
    }
    while (!toPayer.isEmpty()) {
      hear(toPayer.remove(0));
    }
    if (!payer.signed().map(SignedVoucher::voucher).equals(Optional.of(payer.best()))) {
      payerDo(true);
    }
  }

  @Override
  public String toString() {
    return "window %d, owed %d, sent %d, paid %d, open %s; requestable %d, signed %d, %d under way"
        .formatted(
            payee.windowBytes(),
            payee.owedBytes(),
            payee.sentBytes(),
            payee.best().bytesServed(),
            payee.isOpen(),
            payer.requestableBytes(),
            payer.best().bytesServed(),
            transfers.size());
  }
}
