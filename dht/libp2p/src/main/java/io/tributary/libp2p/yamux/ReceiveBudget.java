package io.tributary.libp2p.yamux;

import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A bound on the memory that received bytes may take: how far windows may grow beyond their initial
 * size, and how many received bytes may wait to be consumed.
 *
 * <p>Budgets nest: what a connection takes is taken from the host too. Thread-safe.
 */
public final class ReceiveBudget {

  /** Default of all windows' growth in a host, in bytes. */
  public static final long DEFAULT_MAX_GROWN_BYTES = 256L << 20;

  /** Default of all bytes held in a host. */
  public static final long DEFAULT_MAX_HELD_BYTES = 512L << 20;

  private final @Nullable ReceiveBudget parent;
  private final long maxGrownBytes;
  private final long maxHeldBytes;
  private final AtomicLong grownBytes = new AtomicLong();
  private final AtomicLong heldBytes = new AtomicLong();

  /**
   * Makes a budget of its own.
   *
   * @param maxGrownBytes how many bytes all windows together may have beyond their initial size
   * @param maxHeldBytes how many bytes may wait to be consumed
   */
  public ReceiveBudget(long maxGrownBytes, long maxHeldBytes) {
    this(null, maxGrownBytes, maxHeldBytes);
  }

  private ReceiveBudget(@Nullable ReceiveBudget parent, long maxGrownBytes, long maxHeldBytes) {
    this.parent = parent;
    this.maxGrownBytes = requireNotNegative(maxGrownBytes, "maxGrownBytes");
    this.maxHeldBytes = requireNotNegative(maxHeldBytes, "maxHeldBytes");
  }

  private static long requireNotNegative(long value, String name) {
    if (value < 0) {
      throw new IllegalArgumentException(name + " " + value + " is negative");
    }
    return value;
  }

  /** A part of this budget with bounds of its own. */
  ReceiveBudget part(long maxGrownBytes, long maxHeldBytes) {
    return new ReceiveBudget(this, maxGrownBytes, maxHeldBytes);
  }

  /** Takes bytes for a window's growth, all or none. */
  boolean tryGrow(long bytes) {
    if (grownBytes.addAndGet(bytes) > maxGrownBytes || (parent != null && !parent.tryGrow(bytes))) {
      grownBytes.addAndGet(-bytes);
      return false;
    }
    return true;
  }

  /** Gives back what {@link #tryGrow} took. */
  void shrink(long bytes) {
    grownBytes.addAndGet(-bytes);
    if (parent != null) {
      parent.shrink(bytes);
    }
  }

  /** Counts bytes as held. Returns whether the budget, and each it is part of, still suffices. */
  boolean hold(long bytes) {
    boolean within = heldBytes.addAndGet(bytes) <= maxHeldBytes;
    return (parent == null || parent.hold(bytes)) && within;
  }

  /** Counts held bytes as gone. */
  void release(long bytes) {
    heldBytes.addAndGet(-bytes);
    if (parent != null) {
      parent.release(bytes);
    }
  }

  /** Bytes that windows have grown beyond their initial size. */
  public long grownBytes() {
    return grownBytes.get();
  }

  /** Bytes received and not consumed. */
  public long heldBytes() {
    return heldBytes.get();
  }
}
