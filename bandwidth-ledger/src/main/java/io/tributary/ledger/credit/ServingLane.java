package io.tributary.ledger.credit;

import io.tributary.ledger.Amount;
import io.tributary.ledger.Escrow;
import io.tributary.ledger.LaneId;
import io.tributary.ledger.PricePerGib;
import io.tributary.ledger.Voucher;
import java.time.Instant;
import java.util.Optional;

/**
 * A lane as the payee sees it: how many more bytes may be sent before a voucher must come.
 *
 * <p>Time is given to it, so it is the same in tests, in simulation and in a node. Thread-safe.
 * Counts are bytes of content; what the protocol itself sends is free.
 */
public final class ServingLane {

  /*
   * The window
   * ----------
   * Three counters only grow: what was sent, what durable vouchers pay for, and what has been
   * forgiven. At any time
   *
   *      sent <= paid + forgiven + free + window
   *
   * so whatever the payer does and whenever this process dies, what it never gets paid for is at
   * most one window (and the small share that the terms forgive). "Paid" grows when a voucher is on
   * disk and not before: a voucher in memory would be lost with the process.
   *
   * The window is the smallest of what the payer's behaviour has earned, what is left of its
   * exposure over all its lanes, and what its escrow still covers at the current price. Behaviour:
   * it begins at the minimum, doubles with each voucher that comes in time and falls back to the
   * minimum when one is late. A voucher is due once a step of bytes is unpaid. The share of the
   * exposure that a lane holds is never less than what is owed on it, so that a window which has
   * shrunk, or a lane which is closed, does not free credit for another lane before it is paid.
   *
   * Forgiving: vouchers pay for bytes received, and of a transfer that breaks off some bytes sent
   * never arrive. Would they stay unpaid for ever, every broken transfer would eat a piece of the
   * window until nothing is left for an honest payer on a bad line. So when a transfer breaks off
   * its unpaid bytes count as lost, and lost bytes are forgiven as far as a fixed share of all paid
   * bytes goes. A payer that breaks off transfers on purpose gets that share as a discount, no more.
   */

  private static final int PER_MILLE = 1000;

  private final LaneId lane;
  private final CreditTerms terms;
  private final PayerExposure exposure;
  private final Pricing pricing;
  private Voucher best;
  private long sentBytes;
  private long lostBytes;
  private long earnedBytes;
  private long grantedBytes;
  private Optional<Escrow> escrow = Optional.empty();

  /**
   * The bytes that the escrow covers beyond the best voucher: kept, since every send asks for it.
   */
  private long coveredBytes;

  private boolean hasStepDue;
  private long stepDueSinceNanos;
  private boolean isLate;
  private Optional<Verdict> verdict = Optional.empty();
  private boolean isOpen = true;

  /**
   * A lane that begins where its last durable voucher ended.
   *
   * @param best the highest durable voucher, or {@link Voucher#none}
   * @param price what is asked for from now on
   * @param exposure the budget that all lanes of the payer share
   */
  public ServingLane(Voucher best, CreditTerms terms, PricePerGib price, PayerExposure exposure) {
    this.lane = best.lane();
    this.best = best;
    this.earnedBytes = terms.minWindowBytes();
    this.sentBytes = best.bytesServed();
    this.terms = terms;
    this.exposure = exposure;
    this.pricing = new Pricing(price, terms.stoppedAfter().toNanos());
  }

  /** Whose money goes to whom. */
  public LaneId lane() {
    return lane;
  }

  /** The highest durable voucher. */
  public synchronized Voucher best() {
    return best;
  }

  /** What is asked for now. */
  public synchronized PricePerGib price() {
    return pricing.current();
  }

  /** Asks for another price from now on; vouchers under way may still be computed with the old. */
  public synchronized void changePrice(PricePerGib price, long nowNanos) {
    pricing.change(price, nowNanos);
    updateCovered();
  }

  /**
   * Tells what the chain holds for the lane; empty takes all credit away until it is known again.
   */
  public synchronized void onEscrow(Optional<Escrow> now) {
    escrow = now;
    updateCovered();
    if (now.isPresent()) {
      regrant();
    }
  }

  private void updateCovered() {
    Amount covered = escrow.map(Escrow::highestAmount).orElse(Amount.ZERO);
    Amount left = covered.compareTo(best.amount()) > 0 ? covered.minus(best.amount()) : Amount.ZERO;
    coveredBytes = escrow.isPresent() ? pricing.current().bytesFor(left) : 0;
  }

  /** The window: the bytes beyond the paid ones that may be sent, were none sent yet. */
  public synchronized long windowBytes() {
    return isOpen ? Math.min(Math.min(earnedBytes, grantedBytes), coveredBytes) : 0;
  }

  /** All bytes sent on the lane, as far as this process knows. */
  public synchronized long sentBytes() {
    return sentBytes;
  }

  /** How many bytes may be sent now. */
  public synchronized long sendableBytes() {
    if (!isOpen) {
      return 0;
    }
    long limit = best.bytesServed() + forgivenBytes() + terms.freeBytesPerLane() + windowBytes();
    return Math.max(0, limit - sentBytes);
  }

  /** What was sent and is neither paid nor forgiven. */
  public synchronized long owedBytes() {
    return sentBytes - best.bytesServed() - forgivenBytes();
  }

  private long forgivenBytes() {
    long share = best.bytesServed() / PER_MILLE * terms.forgivenPerMille();
    return Math.min(lostBytes, share);
  }

  /**
   * Counts bytes as sent.
   *
   * @param bytes at most {@link #sendableBytes}
   * @throws IllegalStateException if they are more, which is a mistake of the caller
   */
  public synchronized void onSent(long bytes, long nowNanos) {
    if (bytes > sendableBytes()) {
      throw new IllegalStateException(
          bytes + " bytes are sent on " + lane + " where " + sendableBytes() + " may be");
    }
    sentBytes += bytes;
    updateDue(nowNanos);
  }

  /**
   * Tells that a transfer broke off.
   *
   * @param bytes how many of the bytes sent in it may not have arrived
   */
  public synchronized void onBrokenOff(long bytes) {
    lostBytes = Math.min(sentBytes - best.bytesServed(), lostBytes + bytes);
  }

  /**
   * Judges a voucher whose signature has been checked. Nothing changes: a good voucher counts when
   * it is {@linkplain #onDurable durable}.
   *
   * @return empty if it is good
   */
  public synchronized Optional<Verdict> judge(Voucher voucher, Instant now, long nowNanos) {
    if (!voucher.lane().equals(lane)) {
      return Optional.of(Verdict.FOREIGN_LANE);
    }
    if (best.covers(voucher)) {
      // The same again, or an older one that was delayed, is no theft: the newer one stays.
      return Optional.of(Verdict.REPLAYED);
    }
    if (!voucher.covers(best)) {
      return Optional.of(Verdict.LESS_THAN_BEFORE);
    }
    if (voucher.isExpiredAt(now.plus(terms.minVoucherLife()))) {
      return Optional.of(Verdict.EXPIRES_TOO_SOON);
    }
    if (!pricing.isPaid(voucher, best, nowNanos)) {
      return Optional.of(Verdict.UNDERPAID);
    }
    if (escrow.isEmpty()) {
      return Optional.of(Verdict.SIGNER_NOT_AUTHORISED);
    }
    boolean isCovered = voucher.amount().compareTo(escrow.get().highestAmount()) <= 0;
    return isCovered ? Optional.empty() : Optional.of(Verdict.ESCROW_TOO_SMALL);
  }

  /**
   * Counts a voucher that is on disk.
   *
   * <p>Vouchers may become durable out of order; one that grants no more than the best is ignored.
   * A lane that was closed because the payer stopped paying opens again when it has paid.
   */
  public synchronized void onDurable(Voucher voucher, long nowNanos) {
    if (!voucher.covers(best) || voucher.equals(best)) {
      return;
    }
    boolean inTime = !isLate && (!hasStepDue || nowNanos - stepDueSinceNanos <= lateNanos());
    boolean paidAStep = voucher.bytesServed() - best.bytesServed() >= terms.minStepBytes();
    best = voucher;
    updateCovered();
    sentBytes = Math.max(sentBytes, best.bytesServed());
    lostBytes = Math.min(lostBytes, sentBytes - best.bytesServed());
    isLate = false;
    hasStepDue = false;
    updateDue(nowNanos);
    if (inTime && paidAStep) {
      earnedBytes = Math.min(terms.maxWindowBytes(), 2 * earnedBytes);
    }
    if (verdict.equals(Optional.of(Verdict.STOPPED_PAYING)) && !hasStepDue) {
      verdict = Optional.empty();
      isOpen = true;
    }
    regrant();
  }

  private void updateDue(long nowNanos) {
    if (!hasStepDue && owedBytes() >= terms.stepBytes(earnedBytes)) {
      hasStepDue = true;
      stepDueSinceNanos = nowNanos;
    }
  }

  /** Holds of the payer's exposure what the window needs, and never less than what is owed. */
  private void regrant() {
    long wanted = isOpen && escrow.isPresent() ? Math.max(earnedBytes, owedBytes()) : owedBytes();
    if (wanted > grantedBytes) {
      grantedBytes += exposure.grant(wanted - grantedBytes);
    } else {
      exposure.giveBack(grantedBytes - wanted);
      grantedBytes = wanted;
    }
  }

  private long lateNanos() {
    return terms.lateAfter().toNanos();
  }

  /**
   * Looks at the clock; to be called now and then.
   *
   * @return a verdict if the payer has stopped paying: the lane is closed then
   */
  public synchronized Optional<Verdict> onTime(long nowNanos) {
    if (!isOpen || !hasStepDue) {
      return Optional.empty();
    }
    long waited = nowNanos - stepDueSinceNanos;
    if (waited > terms.stoppedAfter().toNanos()) {
      close(Verdict.STOPPED_PAYING);
      return verdict;
    }
    if (waited > lateNanos() && !isLate) {
      isLate = true;
      earnedBytes = terms.minWindowBytes();
      regrant();
    }
    return Optional.empty();
  }

  /** Closes the lane for a reason; nothing may be sent any more. */
  public synchronized void close(Verdict reason) {
    if (isOpen) {
      verdict = Optional.of(reason);
      close();
    }
  }

  /** Closes the lane in peace. What is owed stays part of the payer's exposure. */
  public synchronized void close() {
    if (isOpen) {
      isOpen = false;
      regrant();
    }
  }

  /** Why the lane was closed, if it was for a reason. */
  public synchronized Optional<Verdict> verdict() {
    return verdict;
  }

  /** Whether bytes may be sent and vouchers taken. */
  public synchronized boolean isOpen() {
    return isOpen;
  }
}
