package io.tributary.exchange.lane;

import io.tributary.ledger.LaneId;
import io.tributary.ledger.Voucher;
import java.util.Optional;

/**
 * What this node knows of vouchers that the chain has paid out, at finality. Thread-safe; answers
 * at once from what it has.
 */
@FunctionalInterface
public interface SettledVouchers {
  /** Knows of none. */
  SettledVouchers NONE = lane -> Optional.empty();

  /** The highest voucher of a lane that has been paid out; empty if none is known. */
  Optional<Voucher> settled(LaneId lane);
}
