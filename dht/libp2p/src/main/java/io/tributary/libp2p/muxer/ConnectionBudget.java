package io.tributary.libp2p.muxer;

import static java.util.Comparator.comparingLong;

import java.util.Collection;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

/**
 * One connection's part of a {@link ReceiveBudget}, with bounds of its own, for those who implement
 * muxers. Lives on the connection's event loop, except {@link #heldBytes}.
 */
public final class ConnectionBudget {

  /** A stream that holds received bytes until they are consumed. */
  public interface Holder {
    /** Bytes received and not consumed. */
    long heldBytes();

    /** Resets the stream because memory is short. */
    void giveUp();
  }

  private final ReceiveBudget host;
  private final long maxGrownBytes;
  private final long maxHeldBytes;
  private final Executor loop;
  private final Supplier<? extends Collection<? extends Holder>> holders;
  private final LoopCounter held = new LoopCounter();
  private final AtomicBoolean shedRequested = new AtomicBoolean();
  private long grownBytes;
  private boolean ended;

  /**
   * A part of a host's budget.
   *
   * @param maxGrownBytes how many bytes all windows of the connection may grow together
   * @param maxHeldBytes how many bytes of the connection may wait to be consumed
   * @param loop the connection's
   * @param holders the connection's streams; asked on the loop
   */
  public ConnectionBudget(
      ReceiveBudget host,
      long maxGrownBytes,
      long maxHeldBytes,
      Executor loop,
      Supplier<? extends Collection<? extends Holder>> holders) {
    this.host = host;
    this.maxGrownBytes = maxGrownBytes;
    this.maxHeldBytes = maxHeldBytes;
    this.loop = loop;
    this.holders = holders;
    host.enter(this);
  }

  /** Takes bytes for a window's growth, all or none. */
  public boolean tryGrow(long bytes) {
    if (grownBytes + bytes > maxGrownBytes || !host.tryGrow(bytes)) {
      return false;
    }
    grownBytes += bytes;
    return true;
  }

  /** Gives back what {@link #tryGrow} took. */
  public void shrink(long bytes) {
    grownBytes -= bytes;
    host.shrink(bytes);
  }

  /** Counts bytes as held, and makes room if they are too many here or in the host. */
  public void hold(long bytes) {
    held.add(bytes);
    boolean hostSuffices = host.hold(bytes);
    if (held.get() > maxHeldBytes) {
      shed();
    } else if (!hostSuffices) {
      host.relieve(this);
    }
  }

  /** Counts held bytes as gone. */
  public void release(long bytes) {
    held.add(-bytes);
    host.release(bytes);
    leaveIfDone();
  }

  /** The connection has ended; what it holds still counts until it has been consumed. */
  public void end() {
    ended = true;
    leaveIfDone();
  }

  private void leaveIfDone() {
    if (ended && held.get() == 0) {
      host.leave(this);
    }
  }

  /** Gives up the stream that holds most. */
  void shed() {
    holders.get().stream().max(comparingLong(Holder::heldBytes)).ifPresent(Holder::giveUp);
  }

  /** The same on the connection's own loop, unless the host has room by then. */
  void shedSoon() {
    if (shedRequested.compareAndSet(false, true)) {
      loop.execute(
          () -> {
            shedRequested.set(false);
            if (host.isOver()) {
              shed();
            }
          });
    }
  }

  /** Bytes received and not consumed. */
  public long heldBytes() {
    return held.get();
  }
}
