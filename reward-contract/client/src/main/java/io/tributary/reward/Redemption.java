package io.tributary.reward;

import io.tributary.ledger.Amount;
import io.tributary.ledger.Hash256;
import io.tributary.ledger.LaneId;
import java.util.Map;
import java.util.Optional;

/**
 * One transaction that redeems vouchers, and how far it is.
 *
 * @param transaction its hash
 * @param lanes what it raises each lane to
 * @param state how far it is
 * @param failure why it failed; only with that state
 * @param note what an operator should know: the block, or the numbers of a failure
 */
public record Redemption(
    Hash256 transaction,
    Map<LaneId, Amount> lanes,
    State state,
    Optional<Failure> failure,
    String note) {

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

  /** Why a redemption failed. */
  public enum Failure {
    /** The contract refused it in its block. */
    REVERTED,
    /** Another transaction of the account has its nonce. */
    NONCE_USED,
    /** Transactions of the account before it are missing, so it can get into no block. */
    NONCE_MISSING,
    /** No block took it for a long time; the next one offers more. */
    NOT_MINED
  }

  /** Copies the lanes. */
  public Redemption {
    lanes = Map.copyOf(lanes);
    if (failure.isPresent() != (state == State.FAILED)) {
      throw new IllegalArgumentException(state + " with failure " + failure);
    }
  }
}
