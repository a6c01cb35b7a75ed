package io.tributary.cacher.node.demand;

/**
 * How many homes a fragment has, as one of them sees it by its own share of the demand. Not
 * thread-safe.
 *
 * <pre>
 *            share above raise                 share above raise
 *  BASE ------------------------> BASE+1 ... -------------------> maxHomes
 *       <------------------------        ... <-------------------
 *            share below lower                 share below lower
 * </pre>
 *
 * <p>After each step it stays for a while: the share needs that time to follow.
 */
final class HomeCount {
  /** What an update changed. */
  enum Change {
    /** Nothing. */
    NONE,
    /** There is to be one more. */
    RAISED,
    /** There is one less. */
    LOWERED
  }

  private final DemandSettings settings;
  private final int least;
  private int homes;
  private long changedNanos;

  /**
   * The count of a home.
   *
   * @param rank this node's place among the fragment's homes, from 0 on: one that is asked beyond
   *     the base homes knows that there are so many
   */
  HomeCount(DemandSettings settings, int rank, long nowNanos) {
    this.settings = settings;
    this.least = DemandSettings.BASE_HOMES;
    this.homes = Math.min(settings.maxHomes(), Math.max(least, rank + 1));
    this.changedNanos = nowNanos;
  }

  int homes() {
    return homes;
  }

  /** Looks at this node's share now. */
  Change update(double bytesPerSecond, long nowNanos) {
    if (nowNanos - changedNanos < settings.hold().toNanos()) {
      return Change.NONE;
    }
    if (bytesPerSecond > (double) settings.raiseBytesPerSecond() && homes < settings.maxHomes()) {
      homes++;
      changedNanos = nowNanos;
      return Change.RAISED;
    }
    if (bytesPerSecond < (double) settings.lowerBytesPerSecond() && homes > least) {
      homes--;
      changedNanos = nowNanos;
      return Change.LOWERED;
    }
    return Change.NONE;
  }
}
