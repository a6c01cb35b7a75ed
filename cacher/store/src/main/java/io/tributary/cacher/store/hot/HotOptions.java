package io.tributary.cacher.store.hot;

import io.tributary.cacher.store.chronicle.Geometry;
import io.tributary.content.Layout;

/**
 * The limits of a node's hot fragments.
 *
 * @param quotaBytes the most disk that is taken; allocated when the store is made
 * @param smallBytes the part of it for objects of at most {@link Geometry#SMALL_MAX_LENGTH}
 * @param fragmentBytes the longest fragment
 * @param maxFills the most fills whose room is kept free, so that they need not wait for pins
 * @param keptPercent the most that the operator may have kept for good, of each part
 * @param maxWishes the most fragments that are kept or blocked, each
 * @param maxChecks the most fragments that wait to be checked
 */
public record HotOptions(
    long quotaBytes,
    long smallBytes,
    int fragmentBytes,
    int maxFills,
    int keptPercent,
    int maxWishes,
    int maxChecks) {
  /** The least quota: room for a few fragments. */
  public static final long MIN_QUOTA_BYTES = 128L << 20;

  private static final long MIN_SMALL_BYTES = 1L << 20;
  private static final long MAX_SMALL_BYTES = 1L << 30;

  /** Checks the limits. */
  public HotOptions {
    require(fragmentBytes % Geometry.PAGE_BYTES == 0, "fragmentBytes", fragmentBytes);
    require(fragmentBytes >= Geometry.PAGE_BYTES, "fragmentBytes", fragmentBytes);
    require(
        smallBytes >= MIN_SMALL_BYTES && smallBytes <= MAX_SMALL_BYTES, "smallBytes", smallBytes);
    require(quotaBytes >= smallBytes + 8L * fragmentBytes, "quotaBytes", quotaBytes);
    require(maxFills >= 1, "maxFills", maxFills);
    require(keptPercent >= 0 && keptPercent <= 90, "keptPercent", keptPercent);
    require(maxWishes >= 0, "maxWishes", maxWishes);
    require(maxChecks >= 1, "maxChecks", maxChecks);
  }

  /** The usual limits for a quota of at least {@link #MIN_QUOTA_BYTES}. */
  public static HotOptions ofQuota(long quotaBytes) {
    require(quotaBytes >= MIN_QUOTA_BYTES, "quotaBytes", quotaBytes);
    long smallBytes = Math.max(MIN_SMALL_BYTES, Math.min(MAX_SMALL_BYTES, quotaBytes / 64));
    return new HotOptions(quotaBytes, smallBytes, Layout.FRAGMENT_BYTES, 64, 50, 100_000, 1_000);
  }

  /** Returns the same limits with another part for small objects. */
  public HotOptions withSmallBytes(long bytes) {
    return new HotOptions(
        quotaBytes, bytes, fragmentBytes, maxFills, keptPercent, maxWishes, maxChecks);
  }

  private static void require(boolean holds, String name, long value) {
    if (!holds) {
      throw new IllegalArgumentException(name + " may not be " + value);
    }
  }
}
