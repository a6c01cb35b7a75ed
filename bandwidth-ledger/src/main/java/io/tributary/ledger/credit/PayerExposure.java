package io.tributary.ledger.credit;

/** The windows that one payer's lanes share. Thread-safe. */
public final class PayerExposure {
  private final long limitBytes;
  private long grantedBytes;

  /**
   * A budget nothing of which is granted.
   *
   * @param limitBytes the most bytes the payer may owe over all its lanes
   */
  public PayerExposure(long limitBytes) {
    this.limitBytes = limitBytes;
  }

  /** Grants as much of some bytes as is left, and returns how much that is. */
  synchronized long grant(long wantedBytes) {
    long granted = Math.min(wantedBytes, limitBytes - grantedBytes);
    grantedBytes += granted;
    return granted;
  }

  /** Takes back what was granted. */
  synchronized void giveBack(long bytes) {
    grantedBytes -= bytes;
  }

  /** The sum of all windows granted. */
  public synchronized long grantedBytes() {
    return grantedBytes;
  }

  /** The most bytes the payer may owe. */
  public long limitBytes() {
    return limitBytes;
  }
}
