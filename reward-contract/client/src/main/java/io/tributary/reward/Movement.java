package io.tributary.reward;

import io.tributary.ledger.Amount;
import io.tributary.ledger.EvmAddress;
import io.tributary.ledger.Hash256;
import java.util.Optional;

/**
 * An event by which an account's money moved in the contract.
 *
 * @param block the number of its block
 * @param transaction the transaction
 * @param kind what it was
 * @param other the other side, if there is one
 * @param lane the lane that was paid, if it was a redemption
 * @param amount what moved, before the fee
 * @param fee the fee that was kept of it
 */
public record Movement(
    long block,
    Hash256 transaction,
    Kind kind,
    Optional<EvmAddress> other,
    Optional<Long> lane,
    Amount amount,
    Amount fee) {

  /** What moved money. */
  public enum Kind {
    /** The account's escrow grew. */
    DEPOSITED,
    /** The account's escrow left, to the account or another. */
    ESCROW_WITHDRAWN,
    /** The account was paid: credit of the amount less the fee. */
    EARNED,
    /** The account paid from its escrow. */
    PAID,
    /** Credit left. */
    WITHDRAWN,
    /** Credit came from the pool. */
    SUBSIDY
  }
}
