package io.tributary.region.membership;

/** Bytes that may be sent: so many per second, and some seconds' worth at once. */
final class ByteBudget {
  private static final int BURST_SECONDS = 4;
  private static final long NANOS_PER_SECOND = 1_000_000_000L;

  private final long perSecond;
  private long available;
  private long filledAtNanos;

  ByteBudget(int perSecond, long nowNanos) {
    this.perSecond = perSecond;
    this.available = (long) perSecond * BURST_SECONDS;
    this.filledAtNanos = nowNanos;
  }

  /** Takes as many, if there are. */
  boolean tryTake(int bytes, long nowNanos) {
    long passed = Math.min(nowNanos - filledAtNanos, BURST_SECONDS * NANOS_PER_SECOND);
    long refill = passed * perSecond / NANOS_PER_SECOND;
    if (refill > 0) {
      available = Math.min(available + refill, perSecond * BURST_SECONDS);
      filledAtNanos = nowNanos;
    }
    if (available < bytes) {
      return false;
    }
    available -= bytes;
    return true;
  }
}
