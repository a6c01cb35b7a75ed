package io.tributary.libp2p.transport;

import io.netty.channel.SelectStrategy;
import io.netty.util.IntSupplier;
import java.util.function.LongSupplier;

/**
 * The way an event loop waits: it asks for events again and again for a short while, and sleeps
 * only if none came. One instance serves one loop.
 */
final class BriefSpin implements SelectStrategy {

  /*
   * What sleeping costs
   * -------------------
   * A thread that sleeps must be woken, which costs the waker an interrupt to another core and the
   * sleeper the time until its core has left its idle state: on a virtual machine several times what
   * the exchange of a small message takes. Who answers within a few tens of microseconds, as peers
   * nearby do, is worth waiting for awake. The price is at most the spin for each time that the loop
   * runs out of work.
   */

  private final long spinNanos;
  private final LongSupplier nanoTime;
  private boolean idle;
  private long idleSinceNanos;

  BriefSpin(long spinNanos, LongSupplier nanoTime) {
    this.spinNanos = spinNanos;
    this.nanoTime = nanoTime;
  }

  @Override
  public int calculateStrategy(IntSupplier selectNow, boolean hasTasks) throws Exception {
    int ready = selectNow.get();
    if (ready != 0 || hasTasks) {
      idle = false;
      return ready;
    }
    long now = nanoTime.getAsLong();
    if (!idle) {
      idle = true;
      idleSinceNanos = now;
    }
    if (now - idleSinceNanos < spinNanos) {
      Thread.onSpinWait();
      return SelectStrategy.CONTINUE;
    }
    idle = false;
    return SelectStrategy.SELECT;
  }
}
