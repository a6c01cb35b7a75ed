package io.tributary.exchange.lane;

import io.tributary.exchange.lane.LaneMessage.Durable;
import io.tributary.exchange.lane.LaneMessage.Offer;
import io.tributary.exchange.lane.LaneMessage.Refused;
import io.tributary.ledger.Escrow;
import io.tributary.ledger.LaneId;
import io.tributary.ledger.PricePerGib;
import io.tributary.ledger.SignedVoucher;
import io.tributary.ledger.Voucher;
import io.tributary.ledger.credit.CreditTerms;
import io.tributary.ledger.credit.PayerExposure;
import io.tributary.ledger.credit.ServingLane;
import io.tributary.ledger.credit.Verdict;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * The payee's half of the conversation on a lane: how much may be sent, and what becomes of a
 * voucher.
 *
 * <p>It neither checks signatures nor writes: each method tells as a {@link Step} what is to be
 * done, and is told what came of it. One voucher at a time is checked and written down; of those
 * that come meanwhile only the highest is kept, since it pays for all. Thread-safe.
 */
public final class PayeeLane {

  /*
   * Credit goes to who leads
   * ------------------------
   * When credit is short, it is what deliveries compete for, and not the connection. Shared evenly,
   * fragments would all end together, and the payer, who pays for one unchecked fragment at most,
   * would pay for nothing before that: the line would stand still once for each round of fragments.
   * So the rest of the delivery that leads is kept for it, up to half of the window, and the others
   * take what is beyond.
   *
   * Nobody waits for ever behind a leader that does not move. All that a payer asks for fits into
   * the window and one fragment. So where the payer may not pay before more has come, there is
   * credit for all the rest of all deliveries, which is more than the leader's; and where it may,
   * there is soon a whole window, of which half is kept at most.
   */

  /** What is to be done. */
  public sealed interface Step {
    /** Check a voucher's signature, then call {@link PayeeLane#onChecked}. */
    record Check(SignedVoucher voucher) implements Step {}

    /** Write a voucher down, then call {@link PayeeLane#onRecorded}. */
    record Write(SignedVoucher voucher) implements Step {}

    /** Tell the payer. */
    record Say(LaneMessage message) implements Step {}
  }

  private final ServingLane lane;
  private Optional<SignedVoucher> best;
  private Optional<SignedVoucher> waiting = Optional.empty();
  private boolean isBusy;
  private long ledBytes;

  /**
   * A lane that begins where its highest voucher ended.
   *
   * @param lane whose money goes to whom
   * @param received the highest durable voucher
   * @param settled the highest voucher the chain has paid out; counts if it is above the other, as
   *     when these books are those of an old backup
   * @param price what is asked for
   * @param exposure the budget that all lanes of the payer share
   */
  public PayeeLane(
      LaneId lane,
      Optional<SignedVoucher> received,
      Optional<Voucher> settled,
      CreditTerms terms,
      PricePerGib price,
      PayerExposure exposure) {
    Voucher local = received.map(SignedVoucher::voucher).orElse(Voucher.none(lane));
    Voucher start = settled.flatMap(each -> beyond(local, each, price)).orElse(local);
    this.lane = new ServingLane(start, terms, price, exposure);
    this.best = received;
  }

  /*
   * What the chain says of bytes
   * ----------------------------
   * The amount of a settled voucher is what the chain has paid. Its bytes are only what the payer
   * wrote into it, who may redeem a voucher of his own making here: one base unit for all bytes
   * there are, of which then a share would be forgiven. So of the bytes beyond those in the books
   * only as many are believed as the amount beyond them pays for.
   */

  /** What the chain has paid beyond a voucher; empty if that is nothing. */
  private static Optional<Voucher> beyond(Voucher known, Voucher settled, PricePerGib price) {
    if (settled.amount().compareTo(known.amount()) <= 0) {
      return Optional.empty();
    }
    long stated = Math.max(0, settled.bytesServed() - known.bytesServed());
    long paid = price.bytesFor(settled.amount().minus(known.amount()));
    return Optional.of(
        new Voucher(
            known.lane(),
            settled.amount(),
            known.bytesServed() + Math.min(stated, paid),
            settled.expirySeconds(),
            settled.receiptsRoot()));
  }

  /**
   * Takes what the chain has paid out by now, when both sides meet.
   *
   * @param settled the highest voucher the chain has paid out
   */
  public synchronized void onSettled(Optional<Voucher> settled, long nowNanos) {
    settled
        .flatMap(each -> beyond(lane.best(), each, lane.price()))
        .ifPresent(each -> lane.onDurable(each, nowNanos));
  }

  /** Whose money goes to whom. */
  public LaneId lane() {
    return lane.lane();
  }

  // Credit

  /**
   * Keeps credit for a delivery that leads.
   *
   * @param bytes it has still to send; negative for those it has sent since, or never will
   */
  public synchronized void keep(long bytes) {
    ledBytes += bytes;
  }

  /**
   * How many bytes a delivery may send now.
   *
   * @param goesFirst whether it leads, or need not heed who does
   */
  public synchronized long creditBytes(boolean goesFirst) {
    long kept = goesFirst ? 0 : Math.min(ledBytes, lane.windowBytes() / 2);
    return Math.max(0, lane.sendableBytes() - kept);
  }

  /**
   * Takes credit for bytes that are about to be sent.
   *
   * @param goesFirst whether the delivery leads, or need not heed who does
   * @return how many of them may be: all, some or none
   */
  public synchronized long take(long wantedBytes, boolean goesFirst, long nowNanos) {
    long bytes = Math.min(wantedBytes, creditBytes(goesFirst));
    if (bytes > 0) {
      lane.onSent(bytes, nowNanos);
    }
    return bytes;
  }

  /**
   * Tells that a delivery broke off.
   *
   * @param bytes how many of those sent in it may not have arrived
   * @return what to tell the payer
   */
  public synchronized Step onBrokenOff(long bytes) {
    lane.onBrokenOff(bytes);
    return new Step.Say(durable());
  }

  /** Tells what the chain holds for the lane; empty takes all credit away. */
  public void onEscrow(Optional<Escrow> escrow) {
    lane.onEscrow(escrow);
  }

  /**
   * Looks at the clock; to be called now and then.
   *
   * @return a verdict if the payer has stopped paying: the lane is closed then
   */
  public Optional<Verdict> onTime(long nowNanos) {
    return lane.onTime(nowNanos);
  }

  /** Asks for another price from now on. */
  public synchronized Step changePrice(PricePerGib price, long nowNanos) {
    lane.changePrice(price, nowNanos);
    return new Step.Say(new LaneMessage.Price(price));
  }

  /** Gives up the lane in this process; what is owed stays part of the payer's exposure. */
  public void close() {
    lane.close();
  }

  // The conversation

  /** What is said first, and the whole of what this side knows. */
  public synchronized Offer offer() {
    // A voucher that the chain outran is no longer the best: the payer knows the chain too.
    Optional<SignedVoucher> presented = best.filter(each -> each.voucher().equals(lane.best()));
    return new Offer(lane.price(), lane.windowBytes(), lane.sentBytes(), presented);
  }

  private Durable durable() {
    Voucher now = lane.best();
    return new Durable(now.amount(), now.bytesServed(), lane.windowBytes(), lane.sentBytes());
  }

  /**
   * Takes a voucher that has come.
   *
   * @return what to do: check it, refuse it, say again what is durable; empty if another one is
   *     being checked or written down
   */
  public synchronized Optional<Step> onPay(SignedVoucher signed, Instant now, long nowNanos) {
    Optional<Verdict> verdict = lane.judge(signed.voucher(), now, nowNanos);
    if (verdict.isPresent()) {
      return Optional.of(refusal(signed.voucher(), verdict.get()));
    }
    if (waiting.map(each -> signed.voucher().covers(each.voucher())).orElse(true)) {
      waiting = Optional.of(signed);
    }
    if (isBusy) {
      return Optional.empty();
    }
    return Optional.of(checkWaiting());
  }

  private Step checkWaiting() {
    SignedVoucher next = waiting.orElseThrow();
    waiting = Optional.empty();
    isBusy = true;
    return new Step.Check(next);
  }

  private Step refusal(Voucher voucher, Verdict verdict) {
    return new Step.Say(
        verdict == Verdict.REPLAYED
            ? durable()
            : new Refused(verdict, voucher.amount(), voucher.bytesServed()));
  }

  /** Tells whether a voucher's signature is that of the lane's signer. */
  public synchronized List<Step> onChecked(
      SignedVoucher signed, boolean isGenuine, Instant now, long nowNanos) {
    if (isGenuine) {
      return List.of(new Step.Write(signed));
    }
    return after(refusal(signed.voucher(), Verdict.BAD_SIGNATURE), now, nowNanos);
  }

  /** Tells that a voucher is durable: from now on it counts. */
  public synchronized List<Step> onRecorded(SignedVoucher signed, Instant now, long nowNanos) {
    lane.onDurable(signed.voucher(), nowNanos);
    if (signed.voucher().equals(lane.best())) {
      best = Optional.of(signed);
    }
    return after(new Step.Say(durable()), now, nowNanos);
  }

  /** Tells that a voucher could not be written down; the payer will send it again. */
  public synchronized List<Step> onRecordFailed(Instant now, long nowNanos) {
    return after(new Step.Say(durable()), now, nowNanos);
  }

  private List<Step> after(Step first, Instant now, long nowNanos) {
    isBusy = false;
    waiting = waiting.filter(each -> lane.judge(each.voucher(), now, nowNanos).isEmpty());
    if (waiting.isEmpty()) {
      return List.of(first);
    }
    return List.of(first, checkWaiting());
  }

  /** Whether no voucher waits, is being checked or written down, so that an offer tells all. */
  public synchronized boolean isSettled() {
    return !isBusy && waiting.isEmpty();
  }

  // What is known

  /** The highest durable voucher. */
  public Voucher best() {
    return lane.best();
  }

  /** What may be sent beyond paid bytes. */
  public long windowBytes() {
    return lane.windowBytes();
  }

  /** How many bytes may be sent now. */
  public long sendableBytes() {
    return lane.sendableBytes();
  }

  /** All bytes sent on the lane, as far as this process knows. */
  public long sentBytes() {
    return lane.sentBytes();
  }

  /** What was sent and is neither paid nor forgiven. */
  public long owedBytes() {
    return lane.owedBytes();
  }

  /** What is asked for now. */
  public PricePerGib price() {
    return lane.price();
  }

  /** Why the lane is closed, if it is. */
  public Optional<Verdict> verdict() {
    return lane.verdict();
  }

  /** Whether bytes may be sent. */
  public boolean isOpen() {
    return lane.isOpen();
  }
}
