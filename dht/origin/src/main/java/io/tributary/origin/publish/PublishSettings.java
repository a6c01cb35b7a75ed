package io.tributary.origin.publish;

import java.time.Duration;

/**
 * The patience of a {@link Publisher}.
 *
 * @param poll how long to wait between two looks at the chain; 1 s by default
 * @param declaration how long the chain may take to show a declaration; 2 min by default
 * @param activation how long the chain may take to call a stored file Active; 10 min by default
 * @param attemptsPerFragment how often a fragment is offered to a miner that asks for patience; 8
 *     by default
 * @param passes how often the file is gone through for columns whose miner was replaced; 4 by
 *     default
 */
public record PublishSettings(
    Duration poll, Duration declaration, Duration activation, int attemptsPerFragment, int passes) {
  /** The defaults. */
  public static final PublishSettings DEFAULT =
      new PublishSettings(
          Duration.ofSeconds(1), Duration.ofMinutes(2), Duration.ofMinutes(10), 8, 4);

  /** Checks that every bound is positive. */
  public PublishSettings {
    if (poll.isNegative()
        || poll.isZero()
        || declaration.compareTo(poll) < 0
        || activation.compareTo(poll) < 0
        || attemptsPerFragment < 1
        || passes < 1) {
      throw new IllegalArgumentException(
          "durations and counts are positive, and no wait is shorter than one poll");
    }
  }
}
