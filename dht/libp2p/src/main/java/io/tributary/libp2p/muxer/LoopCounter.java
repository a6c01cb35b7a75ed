package io.tributary.libp2p.muxer;

import java.util.concurrent.atomic.AtomicLongFieldUpdater;

/** A number that one thread changes and any may read. */
public final class LoopCounter {

  private static final AtomicLongFieldUpdater<LoopCounter> VALUE =
      AtomicLongFieldUpdater.newUpdater(LoopCounter.class, "value");

  private volatile long value;

  /** Adds; only ever called by one thread. */
  public void add(long delta) {
    VALUE.lazySet(this, value + delta);
  }

  /** The number. */
  public long get() {
    return value;
  }
}
