package io.tributary.libp2p.limits;

import io.netty.util.concurrent.Ticker;
import java.net.InetAddress;

/**
 * A rate limit per block of IP addresses: a bucket of tokens for each {@linkplain
 * IpPrefix#ofCustomer customer's block}. Of the blocks seen, the most recent {@link #MAX_PREFIXES}
 * are remembered. Thread-safe.
 */
public final class PrefixRateLimit {

  /** How many blocks are remembered. */
  public static final int MAX_PREFIXES = 16_384;

  private final RateLimit<IpPrefix> buckets;

  /**
   * Full buckets.
   *
   * @param perSecond tokens that come back in a second
   * @param burst tokens of a full bucket
   */
  public PrefixRateLimit(double perSecond, int burst, Ticker ticker) {
    this.buckets = new RateLimit<>(new Rate(perSecond, burst), MAX_PREFIXES, ticker);
  }

  /** How many blocks are remembered now. */
  public int size() {
    return buckets.size();
  }

  /** Takes a token of an address's block; false if there is none. */
  public boolean tryAcquire(InetAddress address) {
    return buckets.tryAcquire(IpPrefix.ofCustomer(address));
  }
}
