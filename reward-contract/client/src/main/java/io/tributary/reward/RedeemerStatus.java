package io.tributary.reward;

import io.tributary.ledger.Amount;
import io.tributary.ledger.LaneId;
import java.util.Map;
import java.util.Optional;

/**
 * What a redeemer did since it was started, and what it is at; for status pages and metrics.
 *
 * @param latest the redemption under way, or the last one
 * @param reached how many redemptions got into each state
 * @param redeemed what became final on lanes of the books, whoever sent the transactions
 * @param waiting what the books grant and the final chain has not paid
 * @param refused the lanes whose vouchers the contract does not take now, and why
 */
public record RedeemerStatus(
    Optional<Redemption> latest,
    Map<Redemption.State, Long> reached,
    Amount redeemed,
    Amount waiting,
    Map<LaneId, String> refused) {
  /** Copies the maps. */
  public RedeemerStatus {
    reached = Map.copyOf(reached);
    refused = Map.copyOf(refused);
  }
}
