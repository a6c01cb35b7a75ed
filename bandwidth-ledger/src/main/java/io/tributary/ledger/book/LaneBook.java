package io.tributary.ledger.book;

import io.tributary.ledger.Amount;
import io.tributary.ledger.LaneId;
import io.tributary.ledger.SignedVoucher;
import io.tributary.ledger.book.LedgerRecord.RedeemDone;
import io.tributary.ledger.book.LedgerRecord.RedeemIntent;
import io.tributary.ledger.book.LedgerRecord.VoucherIn;
import io.tributary.ledger.book.LedgerRecord.VoucherLimit;
import io.tributary.ledger.book.LedgerRecord.VoucherOut;
import java.util.Optional;

/**
 * What the books say of one lane.
 *
 * @param lane whose money goes to whom
 * @param received the highest durable voucher that pays this node
 * @param issued the highest durable voucher this node owes by
 * @param limit vouchers of up to so much may have left besides; zero if there is no such limit
 * @param redeeming a redemption that is under way
 * @param redeemed the last one that is final
 */
public record LaneBook(
    LaneId lane,
    Optional<SignedVoucher> received,
    Optional<SignedVoucher> issued,
    Amount limit,
    Optional<RedeemIntent> redeeming,
    Optional<RedeemDone> redeemed) {

  /** The book of a lane of which nothing is known. */
  static LaneBook empty(LaneId lane) {
    return new LaneBook(
        lane, Optional.empty(), Optional.empty(), Amount.ZERO, Optional.empty(), Optional.empty());
  }

  LaneBook with(VoucherIn in) {
    return covers(in.signed(), received)
        ? new LaneBook(lane, Optional.of(in.signed()), issued, limit, redeeming, redeemed)
        : this;
  }

  LaneBook with(VoucherOut out) {
    return covers(out.signed(), issued)
        ? new LaneBook(lane, received, Optional.of(out.signed()), limit, redeeming, redeemed)
        : this;
  }

  LaneBook with(VoucherLimit written) {
    return new LaneBook(lane, received, issued, written.amount(), redeeming, redeemed);
  }

  private static boolean covers(SignedVoucher signed, Optional<SignedVoucher> before) {
    return before.map(each -> signed.voucher().covers(each.voucher())).orElse(true);
  }

  LaneBook with(RedeemIntent intent) {
    return new LaneBook(lane, received, issued, limit, Optional.of(intent), redeemed);
  }

  LaneBook with(RedeemDone done) {
    boolean isNewer =
        redeemed.map(each -> done.amount().compareTo(each.amount()) >= 0).orElse(true);
    Optional<RedeemIntent> left =
        redeeming.filter(intent -> intent.amount().compareTo(done.amount()) > 0);
    return new LaneBook(
        lane, received, issued, limit, left, isNewer ? Optional.of(done) : redeemed);
  }

  /**
   * The most that this node may owe on the lane: more than the issued voucher while money flows.
   */
  public Amount mostOwed() {
    Amount least = issued.map(each -> each.voucher().amount()).orElse(Amount.ZERO);
    return limit.compareTo(least) > 0 ? limit : least;
  }

  /** What vouchers that pay this node grant and the chain has not paid out yet. */
  public Amount unredeemed() {
    Amount granted = received.map(each -> each.voucher().amount()).orElse(Amount.ZERO);
    Amount paid = redeemed.map(RedeemDone::amount).orElse(Amount.ZERO);
    return granted.compareTo(paid) > 0 ? granted.minus(paid) : Amount.ZERO;
  }
}
