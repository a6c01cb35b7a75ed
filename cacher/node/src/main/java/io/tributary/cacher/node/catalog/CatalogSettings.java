package io.tributary.cacher.node.catalog;

import java.time.Duration;

/**
 * The limits of what is remembered of the chain.
 *
 * @param maxSegments the most segments of all remembered files together
 * @param maxQuestions the most files that the chain is asked for at the same time
 * @param maxMiners the most miners whose addresses are remembered
 * @param placementLife how long it is believed where a file's fragments lie
 * @param minerLife how long a miner's address is believed
 */
public record CatalogSettings(
    long maxSegments, int maxQuestions, int maxMiners, Duration placementLife, Duration minerLife) {
  /** Checks that all are positive. */
  public CatalogSettings {
    require(maxSegments, "maxSegments");
    require(maxQuestions, "maxQuestions");
    require(maxMiners, "maxMiners");
    require(placementLife.toMillis(), "placementLife");
    require(minerLife.toMillis(), "minerLife");
  }

  /** 32768 segments, which is 1 TiB of files; 256 questions; 16384 miners; 10 min each. */
  public static CatalogSettings defaults() {
    return new CatalogSettings(32_768, 256, 16_384, Duration.ofMinutes(10), Duration.ofMinutes(10));
  }

  private static void require(long value, String name) {
    if (value <= 0) {
      throw new IllegalArgumentException(name + " " + value + " is not positive");
    }
  }
}
