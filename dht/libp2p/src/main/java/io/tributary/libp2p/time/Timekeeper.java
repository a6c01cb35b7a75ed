package io.tributary.libp2p.time;

import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.Executor;

/**
 * A clock, timers and the one thread they fire on.
 *
 * <p>What is {@linkplain #execute executed} and what {@linkplain #after fires} runs one after the
 * other, so state touched only there needs no locks. In a node that thread is an {@linkplain
 * EventLoopTimekeeper event loop}; in a simulation it is the simulation, and time is virtual. All
 * methods may be called from any thread.
 */
public interface Timekeeper extends Executor {

  /** The time of day, by which records expire. */
  InstantSource clock();

  /** Nanoseconds since some point, by which delays are measured; never runs backwards. */
  long nanoTime();

  /** Runs a task once after a delay, unless it is cancelled. */
  Timer after(Duration delay, Runnable task);

  /** Whether the caller is on the thread that tasks run on. */
  boolean isCurrent();

  /** A task that waits for its time. */
  interface Timer {

    /** Calls it off; nothing happens if it has run. */
    void cancel();
  }
}
