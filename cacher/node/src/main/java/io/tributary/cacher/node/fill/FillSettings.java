package io.tributary.cacher.node.fill;

import java.time.Duration;

/**
 * The limits of fills.
 *
 * @param maxFills fragments that are filled at the same time; who asks for one more is told BUSY
 * @param maxWaiting how many may wait for the first bytes of one fragment; others are told BUSY
 * @param fillWithin how long a fill may take, all upstreams together
 * @param answerWithin how long an upstream may take until its first byte, the opening of a lane to
 *     it included
 * @param stallWindow over which time an upstream's speed is judged
 * @param stallBytes an upstream that sends less in a window is left
 * @param maxAbsences of how many fragments it is remembered that they cannot be had
 * @param retryAfter what is told with BUSY
 */
public record FillSettings(
    int maxFills,
    int maxWaiting,
    Duration fillWithin,
    Duration answerWithin,
    Duration stallWindow,
    int stallBytes,
    int maxAbsences,
    Duration retryAfter) {
  /** Checks that all are positive. */
  public FillSettings {
    require(maxFills, "maxFills");
    require(maxWaiting, "maxWaiting");
    require(fillWithin.toMillis(), "fillWithin");
    require(answerWithin.toMillis(), "answerWithin");
    require(stallWindow.toMillis(), "stallWindow");
    require(stallBytes, "stallBytes");
    require(maxAbsences, "maxAbsences");
    require(retryAfter.toMillis(), "retryAfter");
  }

  /**
   * 64 fills, 4096 waiting for each; 2 minutes for a fill; 10 s to the first byte of an upstream,
   * then at least 256 KiB in each 4 s; 100000 absences; try again after 500 ms.
   */
  public static FillSettings defaults() {
    return new FillSettings(
        64,
        4096,
        Duration.ofMinutes(2),
        Duration.ofSeconds(10),
        Duration.ofSeconds(4),
        256 << 10,
        100_000,
        Duration.ofMillis(500));
  }

  /** Returns these with another judgement of speed. */
  public FillSettings withStall(Duration window, int bytes) {
    return new FillSettings(
        maxFills, maxWaiting, fillWithin, answerWithin, window, bytes, maxAbsences, retryAfter);
  }

  /** Returns these with another number of fills. */
  public FillSettings withMaxFills(int fills) {
    return new FillSettings(
        fills,
        maxWaiting,
        fillWithin,
        answerWithin,
        stallWindow,
        stallBytes,
        maxAbsences,
        retryAfter);
  }

  private static void require(long value, String name) {
    if (value <= 0) {
      throw new IllegalArgumentException(name + " " + value + " is not positive");
    }
  }
}
