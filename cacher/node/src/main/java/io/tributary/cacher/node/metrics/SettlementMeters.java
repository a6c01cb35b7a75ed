package io.tributary.cacher.node.metrics;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.tributary.ledger.Amount;
import io.tributary.reward.FinalEscrowView;
import io.tributary.reward.RedeemerStatus;
import io.tributary.reward.Redemption;
import io.tributary.reward.SettlementService;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/** How far chain and redemptions are, by the names in this package's description. */
public final class SettlementMeters {
  private final Supplier<Optional<SettlementService.Status>> status;

  /**
   * Meters of a settlement.
   *
   * @param status asked with each scrape
   */
  public SettlementMeters(Supplier<Optional<SettlementService.Status>> status) {
    this.status = status;
  }

  /** Adds them to a registry; of what there is none they say 0. */
  public void register(MeterRegistry registry, InstantSource clock) {
    for (FinalEscrowView.State state : FinalEscrowView.State.values()) {
      Gauge.builder("cacher.settlement.state", this, each -> each.isAt(state) ? 1 : 0)
          .tag("state", state.name())
          .register(registry);
    }
    Gauge.builder("cacher.settlement.age.seconds", this, each -> each.ageSeconds(clock))
        .register(registry);
    Gauge.builder("cacher.settlement.trouble", this, each -> each.isInTrouble() ? 1 : 0)
        .register(registry);
    for (Redemption.State state : Redemption.State.values()) {
      FunctionCounter.builder("cacher.redemptions", this, each -> (double) each.reached(state))
          .tag("state", state.name())
          .register(registry);
    }
    Gauge.builder("cacher.redeemed.units", this, each -> each.units(RedeemerStatus::redeemed))
        .register(registry);
    Gauge.builder("cacher.unredeemed.units", this, each -> each.units(RedeemerStatus::waiting))
        .register(registry);
    Gauge.builder("cacher.redemptions.refused.lanes", this, each -> (double) each.refusedLanes())
        .register(registry);
  }

  private boolean isAt(FinalEscrowView.State state) {
    return status.get().filter(each -> each.escrow().state() == state).isPresent();
  }

  private double ageSeconds(InstantSource clock) {
    return status
        .get()
        .flatMap(each -> each.escrow().freshAt())
        .map(at -> (double) Duration.between(at, clock.instant()).toSeconds())
        .orElse(0.0);
  }

  private boolean isInTrouble() {
    return status.get().flatMap(SettlementService.Status::trouble).isPresent();
  }

  private Optional<RedeemerStatus> redemptions() {
    return status.get().flatMap(SettlementService.Status::redemptions);
  }

  private long reached(Redemption.State state) {
    return redemptions().map(each -> each.reached().getOrDefault(state, 0L)).orElse(0L);
  }

  private double units(Function<RedeemerStatus, Amount> sum) {
    return redemptions().map(sum).map(each -> each.units().doubleValue()).orElse(0.0);
  }

  private int refusedLanes() {
    return redemptions().map(each -> each.refused().size()).orElse(0);
  }
}
