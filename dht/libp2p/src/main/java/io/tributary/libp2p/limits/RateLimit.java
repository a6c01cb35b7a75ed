package io.tributary.libp2p.limits;

import io.netty.util.concurrent.Ticker;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A rate limit per key: a bucket of tokens for each. Of the keys seen, the most recent are
 * remembered. Thread-safe.
 *
 * @param <K> who is limited, such as a peer or a block of addresses
 */
public final class RateLimit<K> {

  private static final double NANOS_PER_SECOND = 1e9;

  private static final class Bucket {
    double tokens;
    long filledNanos;
  }

  private final double perSecond;
  private final double burst;
  private final Ticker ticker;
  private final Map<K, Bucket> buckets;

  /**
   * Full buckets.
   *
   * @param rate how fast tokens come back, and how many a full bucket has
   * @param maxKeys how many keys are remembered
   */
  public RateLimit(Rate rate, int maxKeys, Ticker ticker) {
    if (maxKeys < 1) {
      throw new IllegalArgumentException("maxKeys " + maxKeys + " is less than 1");
    }
    this.perSecond = rate.perSecond();
    this.burst = rate.burst();
    this.ticker = ticker;
    this.buckets =
        new LinkedHashMap<>(16, 0.75f, true) {
          private static final long serialVersionUID = 1L;

          @Override
          protected boolean removeEldestEntry(Map.Entry<K, Bucket> eldest) {
            return size() > maxKeys;
          }
        };
  }

  /** How many keys are remembered now. */
  public synchronized int size() {
    return buckets.size();
  }

  /** Takes a token of a key; false if there is none. */
  public synchronized boolean tryAcquire(K key) {
    long now = ticker.nanoTime();
    Bucket bucket = buckets.get(key);
    if (bucket == null) {
      bucket = new Bucket();
      bucket.tokens = burst;
      buckets.put(key, bucket);
    } else {
      double refill = (now - bucket.filledNanos) / NANOS_PER_SECOND * perSecond;
      bucket.tokens = Math.min(burst, bucket.tokens + refill);
    }
    bucket.filledNanos = now;
    if (bucket.tokens < 1) {
      return false;
    }
    bucket.tokens -= 1;
    return true;
  }
}
