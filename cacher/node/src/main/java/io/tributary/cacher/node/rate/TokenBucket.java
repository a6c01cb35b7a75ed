package io.tributary.cacher.node.rate;

import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** A rate of bytes that may be saved up for a while. Thread-safe. */
public final class TokenBucket {
  /** So much may be saved up at least, so that the largest turn fits. */
  public static final long MIN_BURST_BYTES = 256 << 10;

  private static final int BURSTS_PER_SECOND = 4;

  private final double bytesPerNano;
  private final double burstBytes;
  private final LongSupplier nanoTime;
  private double bytes;
  private long atNanos;

  /**
   * A full bucket of a quarter of a second.
   *
   * @param bytesPerSecond the rate, at least 1
   */
  public TokenBucket(long bytesPerSecond, LongSupplier nanoTime) {
    this(bytesPerSecond, Math.max(MIN_BURST_BYTES, bytesPerSecond / BURSTS_PER_SECOND), nanoTime);
  }

  /**
   * A full bucket.
   *
   * @param bytesPerSecond the rate, at least 1
   * @param burstBytes how much may be saved up
   */
  public TokenBucket(long bytesPerSecond, long burstBytes, LongSupplier nanoTime) {
    if (bytesPerSecond < 1) {
      throw new IllegalArgumentException("bytesPerSecond " + bytesPerSecond + " is less than 1");
    }
    this.bytesPerNano = (double) bytesPerSecond / TimeUnit.SECONDS.toNanos(1);
    this.burstBytes = (double) burstBytes;
    this.nanoTime = nanoTime;
    this.bytes = this.burstBytes;
    this.atNanos = nanoTime.getAsLong();
  }

  /** How many bytes may be sent now; after a {@link #take} of too many it is 0 for a while. */
  public synchronized long available() {
    long now = nanoTime.getAsLong();
    bytes = Math.min(burstBytes, bytes + Math.max(0, now - atNanos) * bytesPerNano);
    atNanos = now;
    return (long) Math.max(0, bytes);
  }

  /** Takes so many bytes, all or none. */
  public synchronized boolean tryTake(long wanted) {
    boolean isThere = available() >= wanted;
    if (isThere) {
      bytes -= wanted;
    }
    return isThere;
  }

  /** Counts bytes that are sent, whether they were available or not. */
  public synchronized void take(long sent) {
    bytes -= sent;
  }
}
