package io.tributary.reward;

import io.tributary.ledger.EvmAddress;
import io.tributary.ledger.SettlementDomain;

/**
 * Where a settlement contract stands.
 *
 * @param domain its chain and address
 * @param token the token that it holds
 * @param firstBlock a block no later than that in which it was made; its events are read from there
 */
public record Deployment(SettlementDomain domain, EvmAddress token, long firstBlock) {
  /** Checks the number. */
  public Deployment {
    if (firstBlock < 0) {
      throw new IllegalArgumentException("firstBlock " + firstBlock + " is negative");
    }
  }
}
