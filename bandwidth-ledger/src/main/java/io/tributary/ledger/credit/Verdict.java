package io.tributary.ledger.credit;

/**
 * Why one side will have no more to do with the other on a lane, or refuses one voucher. The names
 * are the same on the wire, in logs and in metrics.
 */
public enum Verdict {
  /** The voucher names another payer, payee or lane. */
  FOREIGN_LANE(Fault.PAYER, false),
  /** The signature is not that of the lane's signer. */
  BAD_SIGNATURE(Fault.PAYER, false),
  /** The voucher takes back money or bytes that an earlier one granted. */
  LESS_THAN_BEFORE(Fault.PAYER, false),
  /** The voucher is one that is known already; it pays nothing and changes nothing. */
  REPLAYED(Fault.PAYER, true),
  /** The voucher pays less for its bytes than was offered. */
  UNDERPAID(Fault.PAYER, false),
  /** The voucher has expired, or would before it could be redeemed. */
  EXPIRES_TOO_SOON(Fault.PAYER, false),
  /** The payer's escrow does not hold what the voucher promises. */
  ESCROW_TOO_SMALL(Fault.PAYER, true),
  /**
   * The signer may not sign for the lane, or no longer: its authorisation on the chain has expired
   * or was taken back, or is not known any more.
   */
  SIGNER_NOT_AUTHORISED(Fault.PAYER, true),
  /** Bytes were sent and no voucher came for them. */
  STOPPED_PAYING(Fault.PAYER, false),
  /** The bytes do not have the hash that was asked for. */
  WRONG_BYTES(Fault.PAYEE, false),
  /** The payee asks to be paid for bytes that were not received. */
  CLAIMED_MORE_THAN_SENT(Fault.PAYEE, true),
  /**
   * Too many bytes came in transfers that broke off, so nobody can tell whether they were right.
   */
  UNPROVEN_BYTES(Fault.PAYEE, false),
  /** The payee acknowledged a voucher that it does not have, or that was never signed. */
  LIED_ABOUT_DURABILITY(Fault.PAYEE, false),
  /** The payee's price is above the payer's ceiling. */
  TOO_EXPENSIVE(Fault.PAYEE, true);

  /** Whose doing it is. */
  public enum Fault {
    /** The side that pays. */
    PAYER,
    /** The side that is paid. */
    PAYEE
  }

  private final Fault fault;
  private final boolean isForgivable;

  Verdict(Fault fault, boolean isForgivable) {
    this.fault = fault;
    this.isForgivable = isForgivable;
  }

  /** Whose doing it is. */
  public Fault fault() {
    return fault;
  }

  /** Whether the lane may go on, since an honest side may come to it by accident. */
  public boolean isForgivable() {
    return isForgivable;
  }
}
