package io.tributary.fetch.budget;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * The bound on bytes that are fetched for nothing, by spares and hedges: in any window of time that
 * one may look at, no more than a share of its useful bytes and a burst. Thread-safe.
 */
public final class ExtraBytes {

  /*
   * Why a bucket, and why it holds half the burst
   * ---------------------------------------------
   * Whoever counts back from now and compares keeps the bound now, but not a minute later, when the
   * useful bytes that earned the extra ones have left the window and those have not. A bucket keeps
   * it for every window: what is taken during one was in the bucket at its start or flowed in during
   * it. Useful bytes let their share flow in. So does time, or else a node with few clients, which
   * earns little, could never ask for a spare; in a whole window as much as the bucket holds. With
   * half a burst in the bucket and half flowing in, the two together are the burst.
   */

  private final double share;
  private final double capacityBytes;
  private final double bytesPerNano;
  private final LongSupplier nanoTime;
  private double bytes;
  private long atNanos;
  private long usefulBytes;
  private long extraBytes;

  /**
   * A budget whose bucket is full.
   *
   * @param share extra bytes for each useful one, 0 to 1
   * @param burstBytes extra bytes besides, in each window
   * @param window the length of the windows
   * @param nanoTime a clock that never goes back
   */
  public ExtraBytes(double share, long burstBytes, Duration window, LongSupplier nanoTime) {
    if (!(share >= 0 && share <= 1) || burstBytes < 0 || window.isNegative() || window.isZero()) {
      throw new IllegalArgumentException(
          "share " + share + ", burst " + burstBytes + ", window " + window);
    }
    this.share = share;
    this.capacityBytes = burstBytes / 2.0;
    this.bytesPerNano = capacityBytes / window.toNanos();
    this.nanoTime = nanoTime;
    this.bytes = capacityBytes;
    this.atNanos = nanoTime.getAsLong();
  }

  private void flowIn(double more) {
    long now = nanoTime.getAsLong();
    double byTime = Math.max(0, now - atNanos) * bytesPerNano;
    atNanos = now;
    bytes = Math.min(capacityBytes, bytes + byTime + more);
  }

  /** Counts bytes that somebody had asked for. */
  public synchronized void onUseful(long useful) {
    flowIn(share * useful);
    usefulBytes += useful;
  }

  /**
   * Takes extra bytes, all or none.
   *
   * @return whether they may be fetched
   */
  public synchronized boolean tryTake(long extra) {
    flowIn(0);
    if (extra > bytes) {
      return false;
    }
    bytes -= extra;
    extraBytes += extra;
    return true;
  }

  /** Gives back what was taken and not fetched after all. */
  public synchronized void giveBack(long extra) {
    flowIn((double) extra);
    extraBytes -= extra;
  }

  /** All extra bytes so far. */
  public synchronized long extraBytes() {
    return extraBytes;
  }

  /** All useful bytes so far. */
  public synchronized long usefulBytes() {
    return usefulBytes;
  }
}
