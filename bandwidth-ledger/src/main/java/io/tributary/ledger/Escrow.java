package io.tributary.ledger;

/**
 * What the chain holds for the vouchers of one lane, at finality.
 *
 * @param redeemed what has been paid out on the lane already
 * @param redeemable what could still be paid out on it: the payer's escrow that is neither reserved
 *     for others nor about to be withdrawn, within the cap of the lane's signer
 */
public record Escrow(Amount redeemed, Amount redeemable) {
  /** No escrow. */
  public static final Escrow NONE = new Escrow(Amount.ZERO, Amount.ZERO);

  /** The highest amount of a voucher that could be redeemed in full. */
  public Amount highestAmount() {
    return redeemed.plus(redeemable);
  }
}
