package io.tributary.region.membership;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A token bucket for each of many keys. A bucket that is full is not kept, and of at most {@value
 * #MAX_KEYS} kept ones the oldest is forgotten. Not thread-safe.
 */
final class RateLimit {
  static final int MAX_KEYS = 8192;

  private final int burst;
  private final long nanosPerToken;

  /** For each key, the time at which its bucket is full again; those used last come last. */
  private final Map<Long, Long> fullAt = new LinkedHashMap<>();

  RateLimit(int burst, long nanosPerToken) {
    this.burst = burst;
    this.nanosPerToken = nanosPerToken;
  }

  /** Whether {@link #tryTake} would succeed. */
  boolean allows(long key, long now) {
    Long full = fullAt.get(key);
    return full == null || full - now <= (burst - 1) * nanosPerToken;
  }

  /** Takes a token if there is one. */
  boolean tryTake(long key, long now) {
    if (!allows(key, now)) {
      return false;
    }
    Long full = fullAt.remove(key);
    long from = full == null || full - now < 0 ? now : full;
    fullAt.put(key, from + nanosPerToken);
    forget(now);
    return true;
  }

  private void forget(long now) {
    Iterator<Long> oldest = fullAt.values().iterator();
    while (oldest.hasNext() && (oldest.next() - now <= 0 || fullAt.size() > MAX_KEYS)) {
      oldest.remove();
    }
  }
}
