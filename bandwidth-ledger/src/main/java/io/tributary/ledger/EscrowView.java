package io.tributary.ledger;

import java.util.Optional;

/**
 * What this node knows of payers' escrow, at finality. Thread-safe; answers at once from what it
 * has, so that it may be asked on an event loop.
 */
public interface EscrowView {

  /**
   * What the chain holds for a lane whose vouchers a signer signs.
   *
   * @return empty if the payer has no escrow, the signer may not sign for the lane, or the chain
   *     could not be asked recently enough
   */
  Optional<Escrow> escrow(LaneId lane, EvmAddress signer);
}
