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
 * <p>It neither signs nor writes: {@link #next} tells which voucher to sign and write down, and
 * {@link #onSaved} is told when that is durable and may leave. Thread-safe.
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
  private Optional<SignedVoucher> saved;
  private Optional<Voucher> unsaved = Optional.empty();
  private Hash256 receiptsRoot;
  private boolean isSaving;
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
   * @param settled the highest voucher the chain has paid out
   * @param ceiling the highest price that is ever paid on it
   */
  public PayerLane(
      LaneId lane,
      Optional<SignedVoucher> issued,
      Optional<Voucher> settled,
      CreditTerms terms,
      PricePerGib ceiling,
      UnprovenLimits limits) {
    Voucher best = issued.map(SignedVoucher::voucher).orElse(Voucher.none(lane));
    this.lane = new PayingLane(best, terms, ceiling);
    this.limits = limits;
    this.saved = issued;
    settled.filter(each -> each.covers(best)).ifPresent(this.lane::onPresented);
    this.receiptsRoot = this.lane.best().receiptsRoot();
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
    wantsFlush = true;
    concede();
  }

  /** How many transfers are under way. */
  public synchronized int transfers() {
    return transfers;
  }

  // Payments

  /**
   * The voucher that is to be signed and written down now; {@link #onSaved} or {@link
   * #onSaveFailed} is to follow. While one is under way there is no other.
   *
   * @param isFlush whether to pay for less than a step, as when nothing has come for a while; at
   *     the end of a transfer it is done without being asked
   */
  public synchronized Optional<Voucher> next(boolean isFlush, long expirySeconds) {
    wantsFlush |= isFlush;
    if (isSaving) {
      return Optional.empty();
    }
    Optional<Voucher> due = lane.due(wantsFlush, expirySeconds);
    if (due.isPresent()) {
      unsaved = due;
    }
    wantsFlush = false;
    isSaving = unsaved.isPresent();
    return unsaved;
  }

  /** Whether {@link #next} would have a voucher; cheap enough to ask with each piece. */
  public synchronized boolean hasNext() {
    return !isSaving && (wantsFlush || unsaved.isPresent() || lane.isStepDue());
  }

  /** Tells that a voucher is durable here, so that it may leave. */
  public synchronized void onSaved(SignedVoucher voucher) {
    if (saved.map(each -> voucher.voucher().covers(each.voucher())).orElse(true)) {
      saved = Optional.of(voucher);
    }
    unsaved = Optional.empty();
    isSaving = false;
  }

  /** Tells that the voucher could not be signed or written down; {@link #next} has it again. */
  public synchronized void onSaveFailed() {
    isSaving = false;
    wantsFlush = true;
  }

  /** The highest voucher that may leave. */
  public synchronized Optional<SignedVoucher> saved() {
    return saved;
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
    if (!lane.best().equals(ours)) {
      receiptsRoot = theirs.receiptsRoot();
      saved = presented;
      unsaved = Optional.empty();
    }
    if (verdict.isEmpty()) {
      verdict = lane.onAcknowledged(theirs.amount(), theirs.bytesServed(), offer.windowBytes());
    }
    if (verdict.isEmpty()) {
      verdict = lane.onPrice(offer.price());
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

  /** The bytes of the highest voucher that the payee has said to be durable. */
  public long acknowledgedBytes() {
    return lane.acknowledgedBytes();
  }
}
