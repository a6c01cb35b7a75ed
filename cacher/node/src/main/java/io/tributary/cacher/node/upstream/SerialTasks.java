package io.tributary.cacher.node.upstream;

import io.tributary.cacher.node.CacherLog;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Tasks that run one after the other, in the order they came, on an executor of many threads. Who
 * adds them bounds them. Thread-safe.
 */
final class SerialTasks {
  private final Executor executor;
  private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
  private final AtomicInteger waiting = new AtomicInteger();

  SerialTasks(Executor executor) {
    this.executor = executor;
  }

  void add(Runnable task) {
    tasks.add(task);
    if (waiting.getAndIncrement() == 0) {
      try {
        executor.execute(this::run);
      } catch (RejectedExecutionException e) {
        // The node is stopping; what was begun still ends, here.
        run();
      }
    }
  }

  private void run() {
    int done = 0;
    do {
      Runnable task = tasks.poll();
      if (task != null) {
        try {
          task.run();
        } catch (RuntimeException e) {
          CacherLog.taskFailed(e);
        }
      }
      done = waiting.decrementAndGet();
    } while (done > 0);
  }
}
