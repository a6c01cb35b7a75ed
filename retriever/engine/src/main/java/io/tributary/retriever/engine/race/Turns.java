package io.tributary.retriever.engine.race;

import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** Runs tasks one after the other on an executor of many threads. Thread-safe. */
final class Turns implements Executor {
  private final Executor executor;
  private final Consumer<RuntimeException> onDefect;
  private final ConcurrentLinkedQueue<Runnable> tasks = new ConcurrentLinkedQueue<>();
  private final AtomicInteger waiting = new AtomicInteger();

  /**
   * No tasks.
   *
   * @param onDefect told, in turn, of what a task throws
   */
  Turns(Executor executor, Consumer<RuntimeException> onDefect) {
    this.executor = executor;
    this.onDefect = onDefect;
  }

  @Override
  public void execute(Runnable task) {
    tasks.add(task);
    if (waiting.getAndIncrement() == 0) {
      try {
        executor.execute(this::work);
      } catch (RejectedExecutionException e) {
        // The executor has been stopped: what is left, mostly giving back, is done here.
        work();
      }
    }
  }

  private void work() {
    do {
      Runnable task = tasks.remove();
      try {
        task.run();
      } catch (RuntimeException e) {
        onDefect.accept(e);
      }
    } while (waiting.decrementAndGet() != 0);
  }
}
