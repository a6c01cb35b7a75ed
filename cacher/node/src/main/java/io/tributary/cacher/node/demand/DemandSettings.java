package io.tributary.cacher.node.demand;

import java.time.Duration;

/**
 * When a fragment gets more homes, and how much is fetched ahead.
 *
 * @param maxTracked of how many fragments and segments the demand is known; the least asked for are
 *     forgotten first
 * @param tick how often the demand is judged
 * @param halfLife after which time a byte that was sent counts half
 * @param raiseBytesPerSecond a home that sends more than so much of one fragment asks for one more
 * @param lowerBytesPerSecond a home that sends less counts one less
 * @param hold how long the number of homes stays after each change
 * @param maxHomes the most homes of a fragment
 * @param maxAsking how many homes are being asked to fetch something at the same time
 * @param asksPerMinute how many are asked in a minute
 * @param hotSegmentRequests a segment whose fragments were asked for so often within a half-life is
 *     hot
 * @param prefetchBytesPerSecond the most that is fetched ahead; 0 to fetch nothing ahead
 */
public record DemandSettings(
    int maxTracked,
    Duration tick,
    Duration halfLife,
    long raiseBytesPerSecond,
    long lowerBytesPerSecond,
    Duration hold,
    int maxHomes,
    int maxAsking,
    int asksPerMinute,
    int hotSegmentRequests,
    long prefetchBytesPerSecond) {
  private static final long MIB = 1L << 20;

  /** How many homes each fragment has, whatever the demand: all nodes agree on those. */
  public static final int BASE_HOMES = 2;

  /** For how many seconds' budget may be saved up. */
  public static final int PREFETCH_BURST_SECONDS = 4;

  /** Checks that they fit each other. */
  public DemandSettings {
    require(maxTracked > 0, "maxTracked", maxTracked);
    require(tick.toMillis() > 0, "tick", tick);
    require(halfLife.compareTo(tick) > 0, "halfLife", halfLife);
    require(lowerBytesPerSecond > 0, "lowerBytesPerSecond", lowerBytesPerSecond);
    require(
        raiseBytesPerSecond / 2 >= lowerBytesPerSecond, "raiseBytesPerSecond", raiseBytesPerSecond);
    require(hold.compareTo(tick) >= 0, "hold", hold);
    require(maxHomes >= BASE_HOMES, "maxHomes", maxHomes);
    require(maxAsking > 0, "maxAsking", maxAsking);
    require(asksPerMinute > 0, "asksPerMinute", asksPerMinute);
    require(hotSegmentRequests > 0, "hotSegmentRequests", hotSegmentRequests);
    require(prefetchBytesPerSecond >= 0, "prefetchBytesPerSecond", prefetchBytesPerSecond);
  }

  /**
   * 4096 fragments, judged each second with a half-life of 10 s; one more home above 64 MiB/s, one
   * less below 16, no change within 10 s of another; 8 homes at most; 4 asked at a time, 60 in a
   * minute; a segment is hot from two requests on; 32 MiB/s fetched ahead.
   */
  public static DemandSettings defaults() {
    return new DemandSettings(
        4096,
        Duration.ofSeconds(1),
        Duration.ofSeconds(10),
        64 * MIB,
        16 * MIB,
        Duration.ofSeconds(10),
        8,
        4,
        60,
        2,
        32 * MIB);
  }

  /** Returns these with another budget of what is fetched ahead. */
  public DemandSettings withPrefetch(long bytesPerSecond) {
    return new DemandSettings(
        maxTracked,
        tick,
        halfLife,
        raiseBytesPerSecond,
        lowerBytesPerSecond,
        hold,
        maxHomes,
        maxAsking,
        asksPerMinute,
        hotSegmentRequests,
        bytesPerSecond);
  }

  /** Returns these with another most of homes. */
  public DemandSettings withMaxHomes(int homes) {
    return new DemandSettings(
        maxTracked,
        tick,
        halfLife,
        raiseBytesPerSecond,
        lowerBytesPerSecond,
        hold,
        homes,
        maxAsking,
        asksPerMinute,
        hotSegmentRequests,
        prefetchBytesPerSecond);
  }

  /** Returns these with other times. */
  public DemandSettings withTimes(Duration newTick, Duration newHalfLife, Duration newHold) {
    return new DemandSettings(
        maxTracked,
        newTick,
        newHalfLife,
        raiseBytesPerSecond,
        lowerBytesPerSecond,
        newHold,
        maxHomes,
        maxAsking,
        asksPerMinute,
        hotSegmentRequests,
        prefetchBytesPerSecond);
  }

  /** Returns these with other bounds of what one home sends. */
  public DemandSettings withShare(long raiseAbove, long lowerBelow) {
    return new DemandSettings(
        maxTracked,
        tick,
        halfLife,
        raiseAbove,
        lowerBelow,
        hold,
        maxHomes,
        maxAsking,
        asksPerMinute,
        hotSegmentRequests,
        prefetchBytesPerSecond);
  }

  private static void require(boolean holds, String name, Object value) {
    if (!holds) {
      throw new IllegalArgumentException(name + " " + value + " is out of range");
    }
  }
}
