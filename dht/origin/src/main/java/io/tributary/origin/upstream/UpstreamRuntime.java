package io.tributary.origin.upstream;

import java.time.Clock;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

/**
 * What calls borrow from the program around them: threads, time and randomness. Whoever makes one
 * also ends its executors, after the clients that use it.
 *
 * @param executor runs callbacks, checks hashes and hands bytes to consumers; never the thread of
 *     an event loop
 * @param timers ends what takes too long and starts what waits; its tasks are short
 * @param nanoTime a clock that never goes back, as {@link System#nanoTime}
 * @param clock the time of day, for the texts we sign
 * @param random spreads retries and makes boundaries; safe for use by many threads
 */
public record UpstreamRuntime(
    Executor executor,
    ScheduledExecutorService timers,
    LongSupplier nanoTime,
    Clock clock,
    RandomGenerator random) {
  /** Runs a task on the executor, or here if that takes no more, so that calls end all the same. */
  void run(Runnable task) {
    try {
      executor.execute(task);
    } catch (RejectedExecutionException e) {
      task.run();
    }
  }

  /**
   * Makes timers fit for this: one thread, and cancelled tasks leave at once, since most deadlines
   * are cancelled long before they are due.
   */
  public static ScheduledExecutorService newTimers(ThreadFactory threads) {
    ScheduledThreadPoolExecutor timers = new ScheduledThreadPoolExecutor(1, threads);
    timers.setRemoveOnCancelPolicy(true);
    return timers;
  }
}
