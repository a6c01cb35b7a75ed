package io.tributary.ledger.credit;

import io.tributary.ledger.Amount;
import io.tributary.ledger.Hash256;
import io.tributary.ledger.LaneId;
import io.tributary.ledger.PricePerGib;
import io.tributary.ledger.Voucher;
import java.util.Optional;

/**
 * A lane as the payer sees it: when the next voucher is due and for how many bytes.
 *
 * <p>It pays for bytes that have been received, and of those that have not been verified for one
 * fragment at most, so a payee that sends wrong bytes gets that much and no more. Time is not its
 * business: a voucher is due by bytes, or when a transfer ends. Thread-safe.
 */
public final class PayingLane {

  /*
   * How much may be asked for at once
   * ---------------------------------
   * The payee stops sending at paid + window, and this side stops paying at verified + one fragment.
   * If so many transfers ran side by side that none of them could end within both bounds, both
   * sides would wait for ever. So what has been asked for and is not verified yet stays within
   * window + fragment: all of it can be sent then, whatever the order in which it comes.
   *
   * Bytes that got lost
   * -------------------
   * Bytes sent into a connection that breaks, or received by a process that died before it had paid
   * for them, stay unpaid on the payee's side and take its window away for good. When both sides
   * meet again the payee says how many bytes it has sent, and this side takes its word for some: one
   * fragment over the life of the lane in this process, and the share of paid bytes that the terms
   * forgive. That is all a payee gains by a lie, and less than one by wrong bytes.
   */

  private static final int PER_MILLE = 1000;

  private final CreditTerms terms;
  private final PricePerGib ceiling;
  private Voucher best;
  private PricePerGib price;
  private long windowBytes;
  private long receivedBytes;
  private long verifiedBytes;
  private long requestedBytes;
  private Hash256 receiptsRoot;
  private Voucher acknowledged;
  private long concededBytes;
  private Optional<Verdict> verdict = Optional.empty();

  /**
   * A lane that begins where its last voucher ended.
   *
   * @param best the highest voucher ever signed on the lane, or {@link Voucher#none}
   * @param ceiling the highest price that is paid
   */
  public PayingLane(Voucher best, CreditTerms terms, PricePerGib ceiling) {
    this.best = best;
    this.acknowledged = Voucher.none(best.lane());
    this.terms = terms;
    this.ceiling = ceiling;
    this.price = ceiling;
    this.windowBytes = terms.minWindowBytes();
    this.receivedBytes = best.bytesServed();
    this.verifiedBytes = best.bytesServed();
    this.requestedBytes = best.bytesServed();
    this.receiptsRoot = best.receiptsRoot();
  }

  /** Whose money goes to whom. */
  public LaneId lane() {
    return best.lane();
  }

  /** The highest voucher signed so far. */
  public synchronized Voucher best() {
    return best;
  }

  /**
   * Takes the payee's price.
   *
   * @return a verdict if it is above the ceiling; the earlier price stays
   */
  public synchronized Optional<Verdict> onPrice(PricePerGib offered) {
    if (offered.compareTo(ceiling) > 0) {
      return Optional.of(Verdict.TOO_EXPENSIVE);
    }
    price = offered;
    return Optional.empty();
  }

  /** How many bytes may be asked for now. */
  public synchronized long requestableBytes() {
    long outstanding = requestedBytes - verifiedBytes;
    return isOpen() ? Math.max(0, windowBytes + terms.unverifiedBytes() - outstanding) : 0;
  }

  /** Counts bytes as asked for. */
  public synchronized void onRequested(long bytes) {
    requestedBytes += bytes;
  }

  /** Counts bytes as received. */
  public synchronized void onReceived(long bytes) {
    receivedBytes += bytes;
  }

  /**
   * Tells that received bytes are what was asked for.
   *
   * @param bytes how many
   * @param root commits to all receipts with this one
   */
  public synchronized void onVerified(long bytes, Hash256 root) {
    if (bytes > receivedBytes - verifiedBytes) {
      throw new IllegalStateException(
          bytes + " bytes are verified of " + (receivedBytes - verifiedBytes) + " that came");
    }
    verifiedBytes += bytes;
    receiptsRoot = root;
  }

  /**
   * Tells that a transfer ended before all its bytes were verified, by nobody's fault.
   *
   * @param missingBytes asked for and not received
   * @param unverifiedBytes received and never to be verified; they are paid for
   */
  public synchronized void onBrokenOff(long missingBytes, long unverifiedBytes) {
    requestedBytes -= missingBytes;
    verifiedBytes += unverifiedBytes;
  }

  /**
   * Takes the payee's word, given when both sides meet, how many bytes it has sent on the lane; no
   * transfer is under way then.
   *
   * @return a verdict if it claims more than is conceded; what can be conceded is all the same
   */
  public synchronized Optional<Verdict> onClaimed(long sentBytes) {
    long missing = sentBytes - receivedBytes;
    if (missing <= 0 || !isOpen()) {
      return Optional.empty();
    }
    long share = best.bytesServed() / PER_MILLE * terms.forgivenPerMille();
    long conceded = Math.min(missing, terms.unverifiedBytes() + share - concededBytes);
    concededBytes += conceded;
    receivedBytes += conceded;
    verifiedBytes = receivedBytes;
    requestedBytes = receivedBytes;
    return conceded < missing ? Optional.of(Verdict.CLAIMED_MORE_THAN_SENT) : Optional.empty();
  }

  /**
   * The next voucher, if one is due.
   *
   * @param isFlush whether to pay for less than a step too, since a transfer has ended
   * @param expirySeconds when it expires
   */
  public synchronized Optional<Voucher> due(boolean isFlush, long expirySeconds) {
    long payable = payableBytes();
    long bytes = payable - best.bytesServed();
    if (!(isFlush ? isOpen() && bytes > 0 : isStepDue())) {
      return Optional.empty();
    }
    Amount amount = best.amount().plus(price.costOf(bytes));
    best = new Voucher(best.lane(), amount, payable, expirySeconds, receiptsRoot);
    return Optional.of(best);
  }

  /** What so many bytes cost now. */
  public synchronized Amount costOf(long bytes) {
    return price.costOf(bytes);
  }

  private long payableBytes() {
    return Math.min(receivedBytes, verifiedBytes + terms.unverifiedBytes());
  }

  /** Whether a voucher is due without being asked for; cheap enough to ask with each piece. */
  public synchronized boolean isStepDue() {
    return isOpen() && payableBytes() - best.bytesServed() >= terms.stepBytes(windowBytes);
  }

  /**
   * Takes the payee's word that a voucher is durable. An older word that comes late is ignored.
   *
   * @param amount of the voucher
   * @param bytesServed of the voucher
   * @param window what the payee allows beyond it
   * @return a verdict if no such voucher was signed
   */
  public synchronized Optional<Verdict> onAcknowledged(
      Amount amount, long bytesServed, long window) {
    Voucher durable = new Voucher(best.lane(), amount, bytesServed, 0, Hash256.ZERO);
    if (!best.covers(durable)) {
      return Optional.of(Verdict.LIED_ABOUT_DURABILITY);
    }
    if (durable.covers(acknowledged)) {
      acknowledged = durable;
      windowBytes = Math.max(0, Math.min(window, terms.maxWindowBytes()));
    }
    return Optional.empty();
  }

  /**
   * Takes the highest voucher that the payee or the chain has, when both sides meet. Its signature
   * has been found to be this payer's own, so that a payer that has lost its books gets them back.
   *
   * @return a verdict if the payee no longer has what it once acknowledged
   */
  public synchronized Optional<Verdict> onPresented(Voucher presented) {
    if (presented.covers(best) && !presented.equals(best)) {
      best = presented;
      receiptsRoot = presented.receiptsRoot();
      receivedBytes = Math.max(receivedBytes, best.bytesServed());
      verifiedBytes = Math.max(verifiedBytes, best.bytesServed());
      requestedBytes = Math.max(requestedBytes, verifiedBytes);
    }
    return presented.covers(acknowledged)
        ? Optional.empty()
        : Optional.of(Verdict.LIED_ABOUT_DURABILITY);
  }

  /** The bytes of the highest voucher the payee has acknowledged as durable. */
  public synchronized long acknowledgedBytes() {
    return acknowledged.bytesServed();
  }

  /** Whether the payee has acknowledged a payment for all that came, or never will be paid. */
  public synchronized boolean isPaidUp() {
    return !isOpen() || acknowledged.bytesServed() >= payableBytes();
  }

  /** Closes the lane: nothing is asked for or paid for any more. */
  public synchronized void close(Verdict reason) {
    if (isOpen()) {
      verdict = Optional.of(reason);
    }
  }

  /** Why the lane was closed, if it was. */
  public synchronized Optional<Verdict> verdict() {
    return verdict;
  }

  /** Whether bytes may be asked for. */
  public synchronized boolean isOpen() {
    return verdict.isEmpty();
  }
}
