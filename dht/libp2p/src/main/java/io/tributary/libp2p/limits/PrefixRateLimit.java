package io.tributary.libp2p.limits;

import io.netty.util.concurrent.Ticker;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A rate limit per block of IP addresses: a bucket of tokens for each /32 of IPv4 and /56 of IPv6,
 * which is what one customer of a provider commands. Of the blocks seen, the most recent {@link
 * #MAX_PREFIXES} are remembered. Thread-safe.
 */
public final class PrefixRateLimit {

  /** How many blocks are remembered. */
  public static final int MAX_PREFIXES = 16_384;

  private static final int IP4_BITS = 32;
  private static final int IP6_BITS = 56;
  private static final double NANOS_PER_SECOND = 1e9;

  private static final class Bucket {
    double tokens;
    long filledNanos;
  }

  private final double perSecond;
  private final double burst;
  private final Ticker ticker;
  private final Map<IpPrefix, Bucket> buckets =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<IpPrefix, Bucket> eldest) {
          return size() > MAX_PREFIXES;
        }
      };

  /**
   * Full buckets.
   *
   * @param perSecond tokens that come back in a second
   * @param burst tokens of a full bucket
   */
  public PrefixRateLimit(double perSecond, int burst, Ticker ticker) {
    if (!(perSecond > 0) || burst < 1) {
      throw new IllegalArgumentException("perSecond " + perSecond + ", burst " + burst);
    }
    this.perSecond = perSecond;
    this.burst = burst;
    this.ticker = ticker;
  }

  /** How many blocks are remembered now. */
  public synchronized int size() {
    return buckets.size();
  }

  /** Takes a token of an address's block; false if there is none. */
  public synchronized boolean tryAcquire(InetAddress address) {
    IpPrefix prefix = IpPrefix.of(address, address instanceof Inet4Address ? IP4_BITS : IP6_BITS);
    long now = ticker.nanoTime();
    Bucket bucket = buckets.get(prefix);
    if (bucket == null) {
      bucket = new Bucket();
      bucket.tokens = burst;
      buckets.put(prefix, bucket);
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
