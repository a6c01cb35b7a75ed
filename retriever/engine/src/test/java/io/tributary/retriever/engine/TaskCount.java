package io.tributary.retriever.engine;

import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

/**
 * The tasks of some executors that have not ended. While there are none, nothing happens before a
 * test does something or lets time pass. Thread-safe.
 */
final class TaskCount {
  private int open;

  /** An executor whose tasks are counted. */
  Executor counting(Executor executor) {
    return task -> {
      begin();
      try {
        executor.execute(
            () -> {
              try {
                task.run();
              } finally {
                end();
              }
            });
      } catch (RejectedExecutionException e) {
        end();
        throw e;
      }
    };
  }

  private synchronized void begin() {
    open++;
  }

  private synchronized void end() {
    open--;
    notifyAll();
  }

  /** Waits until there are none. */
  synchronized void awaitNone() {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(EngineKit.PATIENCE_SECONDS);
    try {
      while (open > 0) {
        long millis = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
        if (millis <= 0) {
          throw new AssertionError(open + " tasks go on for " + EngineKit.PATIENCE_SECONDS + " s");
        }
        wait(millis);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }
}
