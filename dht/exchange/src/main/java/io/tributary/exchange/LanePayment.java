package io.tributary.exchange;

import io.tributary.ledger.EvmAddress;
import io.tributary.ledger.PricePerGib;

/**
 * Who pays for a delivery.
 *
 * @param payer whose escrow pays
 * @param lane the payer's number of the lane; not negative
 * @param ceiling the highest price that is paid
 */
public record LanePayment(EvmAddress payer, long lane, PricePerGib ceiling) {
  /**
   * Checks the number.
   *
   * @throws MalformedExchangeException if it is negative
   */
  public LanePayment {
    if (lane < 0) {
      throw new MalformedExchangeException("lane " + lane + " is negative");
    }
  }
}
