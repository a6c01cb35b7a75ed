package io.tributary.origin.dev.miner;

/**
 * A fault and how often it strikes.
 *
 * @param fault what happens
 * @param probability the chance that it happens to a request it can happen to, above 0 and at most
 *     1
 * @param strikes after how many strikes it is over; {@link #ALWAYS} if never
 */
public record FaultRule(Fault fault, double probability, long strikes) {
  /** The count of a rule that never ends by itself. */
  public static final long ALWAYS = Long.MAX_VALUE;

  /**
   * Checks the numbers.
   *
   * @throws IllegalArgumentException if one is out of range
   */
  public FaultRule {
    if (!(probability > 0 && probability <= 1)) {
      throw new IllegalArgumentException(
          "a probability is above 0 and at most 1, this is " + probability);
    }
    if (strikes < 1) {
      throw new IllegalArgumentException("a fault strikes at least once, not " + strikes);
    }
  }

  /** Returns a rule by which a fault strikes every request until it is cleared. */
  public static FaultRule always(Fault fault) {
    return new FaultRule(fault, 1, ALWAYS);
  }

  /** Returns a rule by which a fault strikes the next requests it can happen to. */
  public static FaultRule next(long strikes, Fault fault) {
    return new FaultRule(fault, 1, strikes);
  }

  /** Tells whether the rule leaves no request alone. */
  boolean strikesEverything() {
    return probability == 1 && strikes == ALWAYS;
  }

  @Override
  public String toString() {
    String chance = probability == 1 ? "" : " with probability " + probability;
    String count = strikes == ALWAYS ? "" : ", " + strikes + " times";
    return fault + chance + count;
  }
}
