package io.tributary.cacher.node.process;

import io.tributary.ledger.Amount;
import io.tributary.ledger.Escrow;
import io.tributary.ledger.EscrowView;
import io.tributary.ledger.EvmAddress;
import io.tributary.ledger.LaneId;
import java.util.Map;
import java.util.Optional;

/**
 * Escrow by the operator's own word, for closed networks and devnets: each lane of a payer may
 * spend all of it, and payers sign for themselves.
 *
 * @param amounts what payers have
 */
public record StaticEscrow(Map<EvmAddress, Amount> amounts) implements EscrowView {
  /** Copies the map. */
  public StaticEscrow {
    amounts = Map.copyOf(amounts);
  }

  @Override
  public Optional<Escrow> escrow(LaneId lane, EvmAddress signer) {
    return Optional.ofNullable(amounts.get(lane.payer()))
        .filter(amount -> signer.equals(lane.payer()))
        .map(amount -> new Escrow(Amount.ZERO, amount));
  }
}
