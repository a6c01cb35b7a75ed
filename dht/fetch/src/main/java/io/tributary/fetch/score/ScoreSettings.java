package io.tributary.fetch.score;

import java.time.Duration;

/**
 * How sources are judged.
 *
 * @param maxSources of how many sources anything is remembered; beyond it the least used are
 *     forgotten
 * @param halfLife after which what was seen counts half
 * @param priorWeight how many fetches the expectation of a source's kind is worth
 * @param exploringShare of all rankings, the part in which another than the best is put first
 * @param firstQuarantine how long a source that sent wrong bytes is not asked; each further lie
 *     doubles it
 * @param maxQuarantine the longest
 */
public record ScoreSettings(
    int maxSources,
    Duration halfLife,
    double priorWeight,
    double exploringShare,
    Duration firstQuarantine,
    Duration maxQuarantine) {

  public ScoreSettings {
    require(maxSources > 0, "maxSources");
    require(isPositive(halfLife), "halfLife");
    require(priorWeight > 0, "priorWeight");
    require(exploringShare >= 0 && exploringShare <= 0.5, "exploringShare");
    require(isPositive(firstQuarantine), "firstQuarantine");
    require(maxQuarantine.compareTo(firstQuarantine) >= 0, "maxQuarantine");
  }

  /** 16384 sources, 2 min, 2 fetches, 5 %, 10 min up to a day. */
  public static ScoreSettings defaults() {
    return new ScoreSettings(
        16_384, Duration.ofMinutes(2), 2, 0.05, Duration.ofMinutes(10), Duration.ofDays(1));
  }

  private static boolean isPositive(Duration duration) {
    return !duration.isNegative() && !duration.isZero();
  }

  private static void require(boolean holds, String name) {
    if (!holds) {
      throw new IllegalArgumentException(name + " is out of range");
    }
  }
}
