package io.tributary.libp2p.portmap;

import java.util.concurrent.TimeUnit;

/**
 * Finds out by a gateway's clock whether it has forgotten its mappings: the clock counts seconds
 * since then.
 */
final class EpochWatch {

  private final boolean byPcp;
  private boolean known;
  private long epochSeconds;
  private long atNanos;

  private EpochWatch(boolean byPcp) {
    this.byPcp = byPcp;
  }

  /** By the rule of RFC 6886, section 3.6: it may run late by an eighth, and by two seconds. */
  static EpochWatch ofNatPmp() {
    return new EpochWatch(false);
  }

  /** By the rule of RFC 6887, section 8.5: both clocks may differ by a sixteenth. */
  static EpochWatch ofPcp() {
    return new EpochWatch(true);
  }

  /**
   * Hears what the gateway's clock shows.
   *
   * @param nowNanos by this host's clock
   * @return whether the gateway has begun anew since the last time
   */
  boolean hasRestarted(long nowEpochSeconds, long nowNanos) {
    boolean restarted = known && !isPlausible(nowEpochSeconds, nowNanos);
    known = true;
    epochSeconds = nowEpochSeconds;
    atNanos = nowNanos;
    return restarted;
  }

  private boolean isPlausible(long nowEpochSeconds, long nowNanos) {
    long here = TimeUnit.NANOSECONDS.toSeconds(nowNanos - atNanos);
    long there = nowEpochSeconds - epochSeconds;
    if (byPcp) {
      return there >= -1 && here + 2 >= there - there / 16 && there + 2 >= here - here / 16;
    }
    return there + 2 >= here - here / 8;
  }
}
