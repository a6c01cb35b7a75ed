package io.tributary.reward;

import io.tributary.ledger.Amount;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;

/**
 * When redeeming is worth its gas.
 *
 * @param valuePerCost a batch is redeemed at once if its value is so many times its cost
 * @param longestWait how long after the last redemption a batch is redeemed that is worth more than
 *     its cost; the first one of a node's life does not wait
 * @param weiPerUnit what a base unit of the token is worth in wei; 1 for the wrapped coin
 * @param largestBatch vouchers a transaction redeems at most
 */
public record RedeemPolicy(
    int valuePerCost, Duration longestWait, BigDecimal weiPerUnit, int largestBatch) {
  /** The most a transaction of the journal has room for. */
  public static final int MOST_VOUCHERS = 100;

  /** Checks the numbers. */
  public RedeemPolicy {
    if (valuePerCost < 1 || weiPerUnit.signum() <= 0) {
      throw new IllegalArgumentException(
          "a batch is worth its cost at least once: " + valuePerCost + ", " + weiPerUnit);
    }
    if (largestBatch < 1 || largestBatch > MOST_VOUCHERS) {
      throw new IllegalArgumentException(
          "a batch has 1 to " + MOST_VOUCHERS + " vouchers, not " + largestBatch);
    }
  }

  /** Fifty times the cost, or a week, in batches of fifty of the wrapped coin. */
  public static RedeemPolicy defaults() {
    return new RedeemPolicy(50, Duration.ofDays(7), BigDecimal.ONE, 50);
  }

  /**
   * Whether a batch is redeemed now.
   *
   * @param value what it pays, before the fee of the contract
   * @param costWei the most it costs
   * @param waited how long since the last redemption
   * @param isUrgent whether escrow that it is paid from is about to leave
   */
  public boolean isTime(Amount value, BigInteger costWei, Duration waited, boolean isUrgent) {
    BigDecimal worth = new BigDecimal(value.units()).multiply(weiPerUnit);
    BigDecimal cost = new BigDecimal(costWei);
    if (worth.compareTo(cost) <= 0) {
      return false;
    }
    return isUrgent
        || waited.compareTo(longestWait) >= 0
        || worth.compareTo(cost.multiply(BigDecimal.valueOf(valuePerCost))) >= 0;
  }
}
