package io.tributary.reward;

import io.tributary.ledger.Amount;
import io.tributary.ledger.Hash256;
import io.tributary.ledger.LaneId;
import java.util.Map;

/**
 * One transaction that redeems vouchers, and how far it is.
 *
 * @param transaction its hash
 * @param lanes what it raises each lane to
 * @param state how far it is
 * @param note what an operator should know: the block, or why it failed
 */
public record Redemption(Hash256 transaction, Map<LaneId, Amount> lanes, State state, String note) {

  /** How far a redemption is. */
  public enum State {
    /** Written down, not sent yet. */
    PENDING,
    /** Sent, in no block yet. */
    SUBMITTED,
    /** In a block that may still be taken back. */
    MINED,
    /** In a block that stays. */
    FINAL,
    /** Will not happen; its vouchers are as good as before and are tried again. */
    FAILED
  }

  /** Copies the lanes. */
  public Redemption {
    lanes = Map.copyOf(lanes);
  }
}
