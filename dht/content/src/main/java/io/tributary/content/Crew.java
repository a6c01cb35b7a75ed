package io.tributary.content;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The caller's thread and a few helpers that share out numbered tasks.
 *
 * <p>The caller works too, so a round ends even if the executor is busy or refuses: helpers that
 * come late find nothing left to do and touch nothing.
 */
final class Crew {
  private final Executor executor;
  private final int helpers;

  /**
   * Makes a crew.
   *
   * @param executor runs the helpers
   * @param helpers how many threads to ask for besides the caller's; 0 or more
   */
  Crew(Executor executor, int helpers) {
    if (helpers < 0) {
      throw new IllegalArgumentException("a crew has 0 or more helpers, not " + helpers);
    }
    this.executor = executor;
    this.helpers = helpers;
  }

  /**
   * Runs tasks 0 to {@code count - 1}, which are begun in this order, and returns when all have
   * ended. Everything the tasks wrote is then visible to the caller.
   *
   * @throws RuntimeException the first that a task threw, after all others ended; or an error
   */
  void run(int count, IntConsumer task) {
    Round round = new Round(count, task);
    int asked = Math.min(helpers, count - 1);
    for (int i = 0; i < asked; i++) {
      try {
        executor.execute(round);
      } catch (RejectedExecutionException e) {
        // The executor is shutting down or full: the caller does the work.
        break;
      }
    }
    round.run();
    round.await();
  }

  private static final class Round implements Runnable {
    private final int count;
    private final IntConsumer task;
    private final AtomicInteger next = new AtomicInteger();
    private final CountDownLatch running;
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

    Round(int count, IntConsumer task) {
      this.count = count;
      this.task = task;
      running = new CountDownLatch(count);
    }

    @Override
    public void run() {
      for (int i = next.getAndIncrement(); i < count; i = next.getAndIncrement()) {
        try {
          task.accept(i);
        } catch (RuntimeException | Error e) {
          failure.compareAndSet(null, e);
        } finally {
          running.countDown();
        }
      }
    }

    /** Waits without heeding interrupts, for other threads still work on the caller's memory. */
    void await() {
      boolean interrupted = false;
      while (true) {
        try {
          running.await();
          break;
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
      Throwable thrown = failure.get();
      if (thrown instanceof RuntimeException e) {
        throw e;
      }
      if (thrown instanceof Error e) {
        throw e;
      }
    }
  }
}
