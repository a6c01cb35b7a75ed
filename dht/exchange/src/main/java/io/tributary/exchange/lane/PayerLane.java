package io.tributary.exchange.lane;

import io.tributary.exchange.lane.LaneMessage.Durable;
import io.tributary.exchange.lane.LaneMessage.Offer;
import io.tributary.ledger.Amount;
import io.tributary.ledger.Hash256;
import io.tributary.ledger.LaneId;
import io.tributary.ledger.PricePerGib;
import io.tributary.ledger.SignedVoucher;
import io.tributary.ledger.Voucher;
import io.tributary.ledger.credit.CreditTerms;
import io.tributary.ledger.credit.PayingLane;
import io.tributary.ledger.credit.Verdict;
import io.tributary.ledger.receipt.Receipt;
import java.util.Optional;

/**
 * The payer's half of the conversation on a lane: what may be asked for, what has come, and which
 * voucher leaves next.
 *
 * <p>It neither signs nor writes: {@link #nextLimit} tells which limit to write down, {@link #next}
 * which voucher to sign, and {@link #nextEntry} which one to write down at rest. Thread-safe.
 */
public final class PayerLane {

  /*
   * What a broken transfer costs
   * ----------------------------
   * The bytes of a transfer that broke off cannot be checked, and an honest payee wants to be paid
   * for them: unpaid, they would take its window away for good. A dishonest one could sell rubbish
   * by never finishing. So what is paid depends on who broke off. What this side cancels is paid:
   * the caller knows how much it cancels. What the payee breaks off or aborts is paid up to one
   * fragment and a small share of all checked bytes. What is lost with a connection, or comes too
   * late, may be nobody's fault and has a larger limit. A lane that passes its limit is closed for UNPROVEN_BYTES.
   *
   * A cancelled transfer is not reset: the payer tells that it wants no more and counts what still
   * comes until the payee's last word, so both sides agree on the bytes to the last one.
   *
   * What is written down
   * --------------------
   * The books must never know less than what this node may owe. Written down one by one, each
   * voucher would cost this side a write and its wait, as it does the payee, and wait for the disk
   * before it leaves. So a limit is written down ahead, when a transfer begins: vouchers up to it
   * may leave as soon as they are signed, and when half of it is used up a higher one goes to the
   * disk. A voucher above the durable limit never leaves. At rest the last voucher is written down
   * and the limit lowered to it, so that the books are exact again.
   *
   * After a crash they say "at least the voucher, at most the limit", which is the price of one lot
   * more at most. What it was the payee presents when both sides meet: it is this side's own
   * signature, and until then this side signs nothing. A payee that keeps its last vouchers to
   * itself gains nothing: amounts are cumulative, and the next ones pay again what those had paid.
   * So no bound is weaker than by the plain rule, each voucher on disk before it leaves: all that
   * may be owed was on disk before it was signed. What is lost is the exact sum while a node is
   * down, or money is under way.
   *
   * Bytes the payee says it sent and that never came are conceded within the limits of PayingLane,
   * and only while no transfer is under way: then what was sent and is not here is lost.
   */

  /** How a transfer ended before all its bytes were checked. */
  public enum BreakOff {
    /** This side wanted no more. */
    CANCELLED_HERE,
    /** The connection ended, or it took too long: it may be nobody's fault. */
    LOST,
    /** The payee stopped, aborted or reset it. */
    BY_PAYEE
  }

  private final PayingLane lane;
  private final UnprovenLimits limits;
  private Optional<SignedVoucher> signed;
  private final long lotBytes;
  private Amount earlierLimit;
  private Optional<Voucher> unsigned = Optional.empty();
  private Amount limit = Amount.ZERO;
  private long limitBytes;
  private long nextLimitBytes;
  private boolean isLimiting;
  private boolean hasLimitFailed;
  private Hash256 receiptsRoot;
  private boolean isSigning;
  private boolean wantsFlush;
  private int transfers;
  private long claimedBytes;
  private long provenBytes;
  private long brokenOffBytes;
  private long lostBytes;

  /**
   * A lane that begins where its highest voucher ended.
   *
   * @param lane whose money goes to whom
   * @param issued the highest durable voucher this node signed
   * @param mostOwed the amount up to which vouchers may have left in earlier processes
   * @param settled the highest voucher the chain has paid out
   * @param ceiling the highest price that is ever paid on it
   */
  public PayerLane(
      LaneId lane,
      Optional<SignedVoucher> issued,
      Amount mostOwed,
      Optional<Voucher> settled,
      CreditTerms terms,
      PricePerGib ceiling,
      UnprovenLimits limits) {
    Voucher best = issued.map(SignedVoucher::voucher).orElse(Voucher.none(lane));
    this.lane = new PayingLane(best, terms, ceiling);
    this.limits = limits;
    this.earlierLimit = mostOwed;
    this.lotBytes = terms.exposurePerPayerBytes();
    this.signed = issued;
    this.receiptsRoot = best.receiptsRoot();
    adopt(settled);
  }

  /**
   * Takes what the chain has paid out by now, when both sides meet: with old books this node would
   * sign vouchers that are worth nothing.
   *
   * @param settled the highest voucher the chain has paid out
   */
  public synchronized void onSettled(Optional<Voucher> settled) {
    adopt(settled);
  }

  private void adopt(Optional<Voucher> settled) {
    Voucher ours = lane.best();
    settled
        .filter(each -> each.covers(ours) && each.amount().compareTo(ours.amount()) > 0)
        .ifPresent(
            each -> {
              lane.onPresented(each);
              receiptsRoot = each.receiptsRoot();
              unsigned = Optional.empty();
            });
  }

  /** Whose money goes to whom. */
  public LaneId lane() {
    return lane.lane();
  }

  // Transfers

  /**
   * Begins a transfer if so many bytes may be asked for now.
   *
   * @return whether it has begun
   */
  public synchronized boolean begin(long bytes) {
    if (lane.requestableBytes() < bytes) {
      return false;
    }
    lane.onRequested(bytes);
    transfers++;
    return true;
  }

  /** Counts bytes of a transfer as received. */
  public synchronized void onReceived(long bytes) {
    lane.onReceived(bytes);
  }

  /**
   * Ends a transfer all of whose bytes have come and are right.
   *
   * @param bytes of the transfer
   * @param receipt for them
   */
  public synchronized void onVerified(long bytes, Receipt receipt) {
    receiptsRoot = receipt.after(receiptsRoot);
    lane.onVerified(bytes, receiptsRoot);
    provenBytes += bytes;
    end();
  }

  /**
   * Ends a transfer some of whose bytes have not come or cannot be checked.
   *
   * @param missingBytes asked for and not received
   * @param unverifiedBytes received and never to be checked
   * @return a verdict if the lane is closed for it
   */
  public synchronized Optional<Verdict> onBrokenOff(
      BreakOff how, long missingBytes, long unverifiedBytes) {
    boolean isPaid =
        switch (how) {
          case CANCELLED_HERE -> true;
          case BY_PAYEE -> (brokenOffBytes += unverifiedBytes) <= limits.brokenOff(provenBytes);
          case LOST -> (lostBytes += unverifiedBytes) <= limits.lost(provenBytes);
        };
    lane.onBrokenOff(missingBytes, isPaid ? unverifiedBytes : 0);
    if (!isPaid) {
      lane.close(Verdict.UNPROVEN_BYTES);
    }
    end();
    return isPaid ? Optional.empty() : Optional.of(Verdict.UNPROVEN_BYTES);
  }

  /** Ends a transfer whose bytes were not what the payee said they are: closes the lane. */
  public synchronized Verdict onWrong() {
    lane.close(Verdict.WRONG_BYTES);
    end();
    return Verdict.WRONG_BYTES;
  }

  private void end() {
    transfers--;
    // While others are under way the next step pays for this one too.
    wantsFlush |= transfers == 0;
    concede();
  }

  /** How many transfers are under way. */
  public synchronized int transfers() {
    return transfers;
  }

  // Payments

  /**
   * The limit that is to be written down now; {@link #onLimit} or {@link #onLimitFailed} is to
   * follow. While one is under way there is no other.
   *
   * @param isRetry whether to try again after a failure
   */
  public synchronized Optional<Amount> nextLimit(boolean isRetry) {
    if (!isLimitDue(isRetry)) {
      return Optional.empty();
    }
    isLimiting = true;
    hasLimitFailed = false;
    nextLimitBytes = lane.best().bytesServed() + lotBytes;
    Amount wanted = lane.best().amount().plus(lane.costOf(lotBytes));
    return Optional.of(wanted.compareTo(earlierLimit) > 0 ? wanted : earlierLimit);
  }

  private boolean isLimitDue(boolean isRetry) {
    if (isLimiting || (hasLimitFailed && !isRetry)) {
      return false;
    }
    boolean isLow = transfers > 0 && limitBytes - lane.best().bytesServed() < lotBytes / 2;
    return isLow || unsigned.filter(each -> !mayLeave(each)).isPresent();
  }

  private boolean mayLeave(Voucher voucher) {
    return voucher.amount().compareTo(limit) <= 0;
  }

  /** Tells that a limit is durable here. */
  public synchronized void onLimit(Amount durable) {
    isLimiting = false;
    limit = durable;
    limitBytes = nextLimitBytes;
  }

  /** Tells that a limit could not be written down. */
  public synchronized void onLimitFailed() {
    isLimiting = false;
    hasLimitFailed = true;
  }

  /**
   * The voucher that is to be signed now and may leave then; {@link #onSigned} or {@link
   * #onSigningFailed} is to follow. While one is under way there is no other.
   *
   * @param isFlush whether to pay for less than a step, as when nothing has come for a while; at
   *     the end of the last transfer it is done without being asked
   */
  public synchronized Optional<Voucher> next(boolean isFlush, long expirySeconds) {
    wantsFlush |= isFlush;
    if (isSigning) {
      return Optional.empty();
    }
    if (unsigned.isEmpty()) {
      unsigned = lane.due(wantsFlush, expirySeconds);
      wantsFlush = false;
    }
    Optional<Voucher> free = unsigned.filter(this::mayLeave);
    isSigning = free.isPresent();
    return free;
  }

  /** Whether there is a limit to write or a voucher to sign; cheap enough to ask often. */
  public synchronized boolean hasNext() {
    boolean isDue =
        unsigned.isPresent() ? mayLeave(unsigned.get()) : wantsFlush || lane.isStepDue();
    return isLimitDue(false) || (!isSigning && isDue);
  }

  /** Tells that a voucher is signed, so that it may leave. */
  public synchronized void onSigned(SignedVoucher voucher) {
    if (signed.map(each -> voucher.voucher().covers(each.voucher())).orElse(true)) {
      signed = Optional.of(voucher);
    }
    unsigned = Optional.empty();
    isSigning = false;
  }

  /** Tells that the voucher could not be signed; {@link #next} has it again. */
  public synchronized void onSigningFailed() {
    isSigning = false;
  }

  /** The highest voucher that may leave. */
  public synchronized Optional<SignedVoucher> signed() {
    return signed;
  }

  /**
   * Comes to rest, if nothing is under way: the limit no longer counts.
   *
   * @return the voucher that is to be written down, and its amount as the limit
   */
  public synchronized Optional<SignedVoucher> nextEntry() {
    boolean isBusy = transfers > 0 || isSigning || isLimiting || unsigned.isPresent();
    if (isBusy || !hasLimit() || !earlierLimit.equals(Amount.ZERO)) {
      return Optional.empty();
    }
    limit = Amount.ZERO;
    limitBytes = 0;
    return signed;
  }

  /** Whether a limit counts, so that the lane is not at rest. */
  public synchronized boolean hasLimit() {
    return !limit.equals(Amount.ZERO);
  }

  // The payee's word

  /**
   * Meets the payee: the highest voucher that either side or the chain has wins.
   *
   * @param isOwn whether the signature of the offer's voucher is this payer's own
   * @return a verdict if the payee is found out; one that is not forgivable has closed the lane
   */
  public synchronized Optional<Verdict> onOffer(Offer offer, boolean isOwn) {
    Optional<SignedVoucher> presented = offer.best();
    if (presented.isPresent() && !(isOwn && presented.get().voucher().lane().equals(lane()))) {
      return closing(Optional.of(Verdict.LIED_ABOUT_DURABILITY));
    }
    Voucher theirs = presented.map(SignedVoucher::voucher).orElse(Voucher.none(lane()));
    Voucher ours = lane.best();
    Optional<Verdict> verdict = lane.onPresented(theirs);
    earlierLimit = Amount.ZERO;
    if (!lane.best().equals(ours)) {
      receiptsRoot = theirs.receiptsRoot();
      signed = presented;
      unsigned = Optional.empty();
    }
    if (verdict.isEmpty()) {
      verdict = lane.onAcknowledged(theirs.amount(), theirs.bytesServed(), offer.windowBytes());
    }
    if (verdict.isEmpty()) {
      verdict = onPrice(offer.price());
    }
    if (verdict.isEmpty()) {
      verdict = onClaim(offer.sentBytes());
    }
    return closing(verdict);
  }

  /**
   * Hears which voucher is durable at the payee's.
   *
   * @return a verdict if the payee is found out; one that is not forgivable has closed the lane
   */
  public synchronized Optional<Verdict> onDurable(Durable durable) {
    Optional<Verdict> verdict =
        lane.onAcknowledged(durable.amount(), durable.bytesServed(), durable.windowBytes());
    return closing(verdict.isPresent() ? verdict : onClaim(durable.sentBytes()));
  }

  /** Hears another price. */
  public synchronized Optional<Verdict> onPrice(PricePerGib price) {
    // A limit reaches less far now, or further: the next one will tell.
    limitBytes = 0;
    nextLimitBytes = 0;
    return lane.onPrice(price);
  }

  private Optional<Verdict> onClaim(long sentBytes) {
    claimedBytes = Math.max(claimedBytes, sentBytes);
    return concede();
  }

  private Optional<Verdict> concede() {
    if (transfers > 0 || claimedBytes == 0) {
      return Optional.empty();
    }
    long claim = claimedBytes;
    claimedBytes = 0;
    wantsFlush = true;
    return lane.onClaimed(claim);
  }

  private Optional<Verdict> closing(Optional<Verdict> verdict) {
    verdict.filter(each -> !each.isForgivable()).ifPresent(lane::close);
    return verdict;
  }

  /** Closes the lane: nothing is asked for or paid for any more. */
  public synchronized void close(Verdict reason) {
    lane.close(reason);
  }

  /** Why the lane was closed, if it was. */
  public Optional<Verdict> verdict() {
    return lane.verdict();
  }

  /** How many bytes may be asked for now. */
  public long requestableBytes() {
    return lane.requestableBytes();
  }

  /** The highest voucher signed, or about to be. */
  public Voucher best() {
    return lane.best();
  }

  /** What all vouchers up to the best one pay. */
  public Amount amount() {
    return lane.best().amount();
  }

  /** Whether nothing is under way, and the payee has acknowledged payment for all that came. */
  public synchronized boolean isPaidUp() {
    return transfers == 0 && lane.isPaidUp();
  }

  /** The bytes of the highest voucher that the payee has said to be durable. */
  public long acknowledgedBytes() {
    return lane.acknowledgedBytes();
  }
}
