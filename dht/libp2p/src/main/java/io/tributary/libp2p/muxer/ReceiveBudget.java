package io.tributary.libp2p.muxer;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A bound on the memory that received bytes may take in a host: how far all windows may grow beyond
 * their initial size, and how many received bytes may wait to be consumed. Thread-safe.
 */
public final class ReceiveBudget {

  /*
   * Who pays when the host's memory is spent
   * ----------------------------------------
   * Each connection has bounds of its own, and the host one over all of them that is less than their
   * sum. A connection that passes its own bound resets the stream that holds most. When the host's
   * bound is passed, the byte that passed it says nothing about who is to blame: it may belong to a
   * connection that holds nothing else. So the connection that holds most resets its largest stream,
   * and it does so on its own event loop, a moment later. Until then the others go on receiving, but
   * not without end: beyond a quarter more than the bound, whoever receives pays at once.
   */

  /** Default of all windows' growth in a host, in bytes. */
  public static final long DEFAULT_MAX_GROWN_BYTES = 256L << 20;

  /** Default of all bytes held in a host. */
  public static final long DEFAULT_MAX_HELD_BYTES = 512L << 20;

  private final long maxGrownBytes;
  private final long maxHeldBytes;
  private final AtomicLong grownBytes = new AtomicLong();
  private final AtomicLong heldBytes = new AtomicLong();
  private final Set<ConnectionBudget> parts = ConcurrentHashMap.newKeySet();

  /**
   * Makes a budget.
   *
   * @param maxGrownBytes how many bytes all windows together may have beyond their initial size
   * @param maxHeldBytes how many bytes may wait to be consumed
   */
  public ReceiveBudget(long maxGrownBytes, long maxHeldBytes) {
    this.maxGrownBytes = requireNotNegative(maxGrownBytes, "maxGrownBytes");
    this.maxHeldBytes = requireNotNegative(maxHeldBytes, "maxHeldBytes");
  }

  /** A budget of default size. */
  public static ReceiveBudget ofDefaultSize() {
    return new ReceiveBudget(DEFAULT_MAX_GROWN_BYTES, DEFAULT_MAX_HELD_BYTES);
  }

  private static long requireNotNegative(long value, String name) {
    if (value < 0) {
      throw new IllegalArgumentException(name + " " + value + " is negative");
    }
    return value;
  }

  void enter(ConnectionBudget part) {
    parts.add(part);
  }

  void leave(ConnectionBudget part) {
    parts.remove(part);
  }

  /** Takes bytes for a window's growth, all or none. */
  boolean tryGrow(long bytes) {
    if (grownBytes.addAndGet(bytes) > maxGrownBytes) {
      grownBytes.addAndGet(-bytes);
      return false;
    }
    return true;
  }

  /** Gives back what {@link #tryGrow} took. */
  void shrink(long bytes) {
    grownBytes.addAndGet(-bytes);
  }

  /** Counts bytes as held. Returns whether the bound is kept. */
  boolean hold(long bytes) {
    return heldBytes.addAndGet(bytes) <= maxHeldBytes;
  }

  /** Counts held bytes as gone. */
  void release(long bytes) {
    heldBytes.addAndGet(-bytes);
  }

  boolean isOver() {
    return heldBytes.get() > maxHeldBytes;
  }

  /** Has the connection that holds most give up a stream, or the one that just passed the bound. */
  void relieve(ConnectionBudget passing) {
    ConnectionBudget greediest = passing;
    for (ConnectionBudget part : parts) {
      if (part.heldBytes() > greediest.heldBytes()) {
        greediest = part;
      }
    }
    if (greediest == passing || heldBytes.get() - maxHeldBytes > maxHeldBytes / 4) {
      passing.shed();
    } else {
      greediest.shedSoon();
    }
  }

  /** How many connections have a part in it, also ended ones whose bytes are not consumed yet. */
  public int connections() {
    return parts.size();
  }

  /** Bytes that windows have grown beyond their initial size. */
  public long grownBytes() {
    return grownBytes.get();
  }

  /** The most bytes that windows may grow. */
  public long maxGrownBytes() {
    return maxGrownBytes;
  }

  /** Bytes received and not consumed. */
  public long heldBytes() {
    return heldBytes.get();
  }

  /** The most bytes that may be held. */
  public long maxHeldBytes() {
    return maxHeldBytes;
  }
}
