package io.tributary.region.membership;

import java.util.Arrays;

/**
 * A token bucket for each of many keys. Buckets that are full need not be kept; of more than
 * {@value #MAX_KEYS} others, those that are full soonest are forgotten. Not thread-safe.
 */
final class RateLimit {
  static final int MAX_KEYS = 8192;

  private static final int MIN_KEYS = 16;

  private final int burst;
  private final long nanosPerToken;

  /** For each key, the time at which its bucket is full again. */
  private final LongMap fullAt;

  /** At how many keys some are forgotten; so often that it costs little for each. */
  private int tooMany = MIN_KEYS;

  /**
   * @param secret keeps others from choosing keys that slow it down
   */
  RateLimit(int burst, long nanosPerToken, long secret) {
    this.burst = burst;
    this.nanosPerToken = nanosPerToken;
    this.fullAt = new LongMap(secret);
  }

  /** Whether {@link #tryTake} would succeed. */
  boolean allows(long key, long now) {
    long full = fullAt.get(key);
    return full == LongMap.NOTHING || full - now <= (burst - 1) * nanosPerToken;
  }

  /** Takes a token if there is one. */
  boolean tryTake(long key, long now) {
    long full = fullAt.get(key);
    if (full != LongMap.NOTHING && full - now > (burst - 1) * nanosPerToken) {
      return false;
    }
    long from = full == LongMap.NOTHING || full - now < 0 ? now : full;
    fullAt.put(key, from + nanosPerToken);
    if (fullAt.size() > tooMany) {
      forget(now);
    }
    return true;
  }

  private void forget(long now) {
    fullAt.removeIf(full -> full - now <= 0);
    if (fullAt.size() > MAX_KEYS / 4 * 3) {
      long[] waits = fullAt.values();
      for (int i = 0; i < waits.length; i++) {
        waits[i] -= now;
      }
      Arrays.sort(waits);
      long longest = waits[waits.length - MAX_KEYS / 2 - 1];
      fullAt.removeIf(full -> full - now <= longest);
    }
    tooMany = Math.min(MAX_KEYS, Math.max(MIN_KEYS, 2 * fullAt.size()));
  }

  /** How many buckets are kept. */
  int size() {
    return fullAt.size();
  }
}
