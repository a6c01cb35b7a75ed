package io.tributary.fetch.guard;

import java.time.Duration;

/**
 * When a source is left alone.
 *
 * @param maxSources how many sources are guarded; the least used are forgotten beyond it
 * @param maxAtOnce how many fetches of one source may be under way
 * @param window over so many last fetches failures are counted
 * @param minFetches so many at least make a judgement
 * @param failurePercent from which on the source is left alone
 * @param pause for how long
 * @param probes how many fetches then decide whether it is well again
 */
public record GuardSettings(
    int maxSources,
    int maxAtOnce,
    int window,
    int minFetches,
    int failurePercent,
    Duration pause,
    int probes) {

  /** 16384 sources, 16 at once, 5 of 10 failures, 10 s, 2 probes. */
  public static GuardSettings defaults() {
    return new GuardSettings(16_384, 16, 10, 5, 50, Duration.ofSeconds(10), 2);
  }
}
