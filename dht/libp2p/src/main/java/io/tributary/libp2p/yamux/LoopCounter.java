package io.tributary.libp2p.yamux;

import java.util.concurrent.atomic.AtomicLongFieldUpdater;

/** A number that one thread changes and any may read. */
final class LoopCounter {

  private static final AtomicLongFieldUpdater<LoopCounter> VALUE =
      AtomicLongFieldUpdater.newUpdater(LoopCounter.class, "value");

  private volatile long value;

  /** Adds; only ever called by one thread. */
  void add(long delta) {
    VALUE.lazySet(this, value + delta);
  }

  long get() {
    return value;
  }
}
