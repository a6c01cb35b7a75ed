package io.tributary.exchange.client;

import io.tributary.ledger.EvmAddress;
import io.tributary.ledger.LaneId;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** The lanes on which this node pays, one for each payee. Thread-safe. */
final class PaidLanes {
  private final PaidLane.Shared shared;
  private final Map<EvmAddress, PaidLane> lanes = new HashMap<>();

  PaidLanes(PaidLane.Shared shared) {
    this.shared = shared;
  }

  Payer payer() {
    return shared.payer();
  }

  /** The lane to a payee; empty if there are as many as may be, all in use. */
  synchronized Optional<PaidLane> lane(EvmAddress payee) {
    PaidLane lane = lanes.get(payee);
    if (lane == null) {
      if (lanes.size() >= shared.settings().maxPayees()) {
        lanes.values().removeIf(each -> each.isIdle() && each.lane().verdict().isEmpty());
      }
      if (lanes.size() >= shared.settings().maxPayees()) {
        return Optional.empty();
      }
      Payer payer = shared.payer();
      lane = new PaidLane(new LaneId(payer.address(), payee, payer.lane()), shared);
      lanes.put(payee, lane);
    }
    return Optional.of(lane);
  }

  /** Whether every payee that is there has been paid for all that came. */
  synchronized boolean arePaidUp() {
    return lanes.values().stream().allMatch(PaidLane::isPaidUp);
  }

  /** The lane to a payee, if there is one. */
  synchronized Optional<PaidLane> existing(EvmAddress payee) {
    return Optional.ofNullable(lanes.get(payee));
  }
}
