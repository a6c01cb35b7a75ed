package io.tributary.origin.dev.miner;

import io.tributary.origin.dev.miner.Fault.Step;
import java.util.Optional;
import java.util.SplittableRandom;

/** The one rule by which a miner misbehaves at present, if any. Safe for use by many threads. */
final class FaultSwitch {
  private final SplittableRandom random;
  private Optional<FaultRule> rule = Optional.empty();

  FaultSwitch(SplittableRandom random) {
    this.random = random;
  }

  synchronized void set(Optional<FaultRule> rule) {
    this.rule = rule;
  }

  /** Returns what is left of the present rule. */
  synchronized Optional<FaultRule> rule() {
    return rule;
  }

  /** Decides whether the fault strikes now, which counts as one strike. */
  synchronized Optional<Fault> draw(Step step) {
    if (rule.isEmpty()) {
      return Optional.empty();
    }
    FaultRule present = rule.get();
    if (!present.fault().kind().strikes(step)
        || (present.probability() < 1 && random.nextDouble() >= present.probability())) {
      return Optional.empty();
    }
    if (present.strikes() != FaultRule.ALWAYS) {
      rule =
          present.strikes() == 1
              ? Optional.empty()
              : Optional.of(
                  new FaultRule(present.fault(), present.probability(), present.strikes() - 1));
    }
    return Optional.of(present.fault());
  }
}
