package io.tributary.reward;

import java.time.Duration;

/**
 * How old a view of the chain may be.
 *
 * @param freshFor how long after the chain was asked the view counts as fresh; then it says STALE
 * @param longestAge how long a stale view still answers. A payer that takes its escrow back needs a
 *     thaw, of a day at least: within that time what was seen stays good, but for what other payees
 *     redeem meanwhile
 */
public record EscrowViewOptions(Duration freshFor, Duration longestAge) {
  /** Checks the times. */
  public EscrowViewOptions {
    if (freshFor.isNegative() || longestAge.compareTo(freshFor) < 0) {
      throw new IllegalArgumentException(
          "a view is fresh for " + freshFor + " and good for " + longestAge);
    }
  }

  /** Fresh for two minutes, good for twelve hours: half of the shortest thaw. */
  public static EscrowViewOptions defaults() {
    return new EscrowViewOptions(Duration.ofMinutes(2), Duration.ofHours(12));
  }
}
