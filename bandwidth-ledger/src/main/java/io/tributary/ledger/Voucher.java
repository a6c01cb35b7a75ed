package io.tributary.ledger;

import java.time.Instant;

/**
 * What a payer owes a payee on one lane, from the lane's first byte on.
 *
 * <p>A voucher replaces every earlier one of its lane: only the difference to what has been
 * redeemed is paid, so a replay pays nothing.
 *
 * @param lane whose money goes to whom
 * @param amount all that was ever owed on the lane
 * @param bytesServed all bytes ever received on the lane
 * @param expirySeconds seconds since 1970 after which the chain takes the voucher no more
 * @param receiptsRoot commits to the receipts of all deliveries, see {@code ReceiptsRoot}
 */
public record Voucher(
    LaneId lane, Amount amount, long bytesServed, long expirySeconds, Hash256 receiptsRoot) {

  /**
   * Checks the numbers.
   *
   * @throws MalformedLedgerValueException if one is negative
   */
  public Voucher {
    if (bytesServed < 0) {
      throw new MalformedLedgerValueException("bytesServed " + bytesServed + " is negative");
    }
    if (expirySeconds < 0) {
      throw new MalformedLedgerValueException("expirySeconds " + expirySeconds + " is negative");
    }
  }

  /** The voucher of a lane on which nothing has been owed yet. */
  public static Voucher none(LaneId lane) {
    return new Voucher(lane, Amount.ZERO, 0, 0, Hash256.ZERO);
  }

  /** Whether the chain takes it no more at a time. */
  public boolean isExpiredAt(Instant time) {
    return time.getEpochSecond() > expirySeconds;
  }

  /** Whether it takes back nothing that another voucher of its lane grants. */
  public boolean covers(Voucher earlier) {
    return lane.equals(earlier.lane)
        && amount.compareTo(earlier.amount) >= 0
        && bytesServed >= earlier.bytesServed;
  }
}
