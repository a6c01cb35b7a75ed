package io.tributary.origin.chain.rpc;

import java.time.Duration;

/**
 * How much a {@link RpcClient} asks, waits and holds at most.
 *
 * @param maxResponseBytes the largest response; 64 MiB by default, several times the largest record
 *     CESS's chain can hold
 * @param maxBufferedBytes all responses being received at once; 256 MiB by default
 * @param maxInFlight calls waiting for a response, over all endpoints; 256 by default
 * @param connectTimeout how long a connection may take; 5 s by default
 * @param callTimeout how long one call may take; 15 s by default
 * @param coolOff how long an endpoint rests after its first failure, doubled by each further one;
 *     10 s by default
 * @param maxCoolOff how long an endpoint rests at most; 5 min by default
 */
public record RpcLimits(
    int maxResponseBytes,
    long maxBufferedBytes,
    int maxInFlight,
    Duration connectTimeout,
    Duration callTimeout,
    Duration coolOff,
    Duration maxCoolOff) {
  /** The defaults. */
  public static final RpcLimits DEFAULT =
      new RpcLimits(
          64 << 20,
          256L << 20,
          256,
          Duration.ofSeconds(5),
          Duration.ofSeconds(15),
          Duration.ofSeconds(10),
          Duration.ofMinutes(5));

  /**
   * Checks the limits.
   *
   * @throws IllegalArgumentException if one is not positive, or a part is above its whole
   */
  public RpcLimits {
    if (maxResponseBytes < 1 || maxBufferedBytes < maxResponseBytes || maxInFlight < 1) {
      throw new IllegalArgumentException(
          "maxResponseBytes "
              + maxResponseBytes
              + ", maxBufferedBytes "
              + maxBufferedBytes
              + " and maxInFlight "
              + maxInFlight
              + " must be positive, and the first not above the second");
    }
    if (!isPositive(connectTimeout) || !isPositive(callTimeout) || !isPositive(coolOff)) {
      throw new IllegalArgumentException("connectTimeout, callTimeout and coolOff are positive");
    }
    if (maxCoolOff.compareTo(coolOff) < 0) {
      throw new IllegalArgumentException("maxCoolOff is below coolOff");
    }
  }

  /** Returns the same limits with another largest response. */
  public RpcLimits withMaxResponseBytes(int bytes) {
    return new RpcLimits(
        bytes, maxBufferedBytes, maxInFlight, connectTimeout, callTimeout, coolOff, maxCoolOff);
  }

  /** Returns the same limits with another sum of responses being received. */
  public RpcLimits withMaxBufferedBytes(long bytes) {
    return new RpcLimits(
        maxResponseBytes, bytes, maxInFlight, connectTimeout, callTimeout, coolOff, maxCoolOff);
  }

  /** Returns the same limits with another number of calls at once. */
  public RpcLimits withMaxInFlight(int calls) {
    return new RpcLimits(
        maxResponseBytes,
        maxBufferedBytes,
        calls,
        connectTimeout,
        callTimeout,
        coolOff,
        maxCoolOff);
  }

  /** Returns the same limits with another time for one call. */
  public RpcLimits withCallTimeout(Duration timeout) {
    return new RpcLimits(
        maxResponseBytes,
        maxBufferedBytes,
        maxInFlight,
        connectTimeout,
        timeout,
        coolOff,
        maxCoolOff);
  }

  private static boolean isPositive(Duration duration) {
    return !duration.isNegative() && !duration.isZero();
  }
}
