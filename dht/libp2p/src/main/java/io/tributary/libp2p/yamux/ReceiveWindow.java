package io.tributary.libp2p.yamux;

import io.tributary.libp2p.muxer.ConnectionBudget;

/**
 * The credit one stream has given to the peer, and when to give more.
 *
 * <pre>
 * size = open (may still be sent) + held (received, not consumed) + used (consumed, not credited)
 * </pre>
 *
 * Credit goes back when half of the window is used. Not thread-safe.
 */
final class ReceiveWindow {

  /*
   * How large a window should be
   * ----------------------------
   * A sender is never idle if the window holds what the path carries in the time between a byte's
   * departure and the return of its credit. Credit returns in halves, so that is twice the
   * bandwidth-delay product. Neither factor is known, yet their product shows: if half a window is
   * consumed again within a few round trips, the window, and not the path or the reader, sets the
   * pace; then it doubles. A slow reader takes longer and gets no more memory. A window never shrinks,
   * since credit can't be taken back; its growth returns to the budget when the stream ends.
   *
   * A second stream learns from the first
   * -------------------------------------
   * Each stream starts with 256 KiB by protocol. Where an earlier stream of the connection has shown
   * that the path bears more, a stream that proves to be fast jumps to half of that at its first
   * growth, so a transfer of a few megabytes needs no further round trips to gain speed.
   */

  /** Bytes of credit that each stream starts with by protocol. */
  static final int INITIAL_BYTES = 256 * 1024;

  /** A window that is half used again within this many round trips grows. */
  private static final int GROWTH_ROUND_TRIPS = 4;

  private final ConnectionBudget budget;
  private final long maxBytes;
  private long size = INITIAL_BYTES;
  private long open = INITIAL_BYTES;
  private long used;
  private long lastCreditNanos;

  ReceiveWindow(ConnectionBudget budget, long maxBytes, long nowNanos) {
    this.budget = budget;
    this.maxBytes = maxBytes;
    this.lastCreditNanos = nowNanos;
  }

  /** Counts received bytes; false if they exceed the credit. */
  boolean receive(long bytes) {
    if (bytes > open) {
      return false;
    }
    open -= bytes;
    return true;
  }

  /**
   * Counts consumed bytes.
   *
   * @param roundTripNanos the path's round trip, 0 if unknown
   * @param provenBytes the largest window another stream of the connection has grown to
   * @return the credit to send now, in bytes; 0 for none
   */
  long consume(long bytes, long nowNanos, long roundTripNanos, long provenBytes) {
    used += bytes;
    if (used < size / 2) {
      return 0;
    }
    long grown = 0;
    if (nowNanos - lastCreditNanos < GROWTH_ROUND_TRIPS * roundTripNanos) {
      grown = grow(Math.max(size, provenBytes / 2 - size));
    }
    lastCreditNanos = nowNanos;
    long credit = used + grown;
    open += credit;
    used = 0;
    return credit;
  }

  private long grow(long bytes) {
    long wanted = Math.min(bytes, maxBytes - size);
    if (wanted <= 0 || !budget.tryGrow(wanted)) {
      return 0;
    }
    size += wanted;
    return wanted;
  }

  long size() {
    return size;
  }

  /** Returns the growth to the budget. The window must not be used after. */
  void close() {
    budget.shrink(size - INITIAL_BYTES);
    size = INITIAL_BYTES;
  }
}
