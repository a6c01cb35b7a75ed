package io.tributary.retriever.engine;

import java.time.Duration;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.concurrent.Delayed;
import java.util.concurrent.FutureTask;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** A clock and timers that go on when a test says so. */
final class ManualTime extends ScheduledThreadPoolExecutor {
  private final PriorityQueue<Task> tasks =
      new PriorityQueue<>(Comparator.<Task>comparingLong(task -> task.atNanos));
  private long nanos = 1;

  ManualTime() {
    super(0);
  }

  synchronized long nanoTime() {
    return nanos;
  }

  /** Lets time pass, and runs what is due meanwhile at its time. */
  void advance(Duration by) {
    long until = nanoTime() + by.toNanos();
    while (true) {
      Task next;
      synchronized (this) {
        next = tasks.peek();
        if (next == null || next.atNanos > until) {
          nanos = until;
          return;
        }
        tasks.remove();
        nanos = Math.max(nanos, next.atNanos);
      }
      next.run();
    }
  }

  /** Lets time pass until the next task is due, or a while if none is before, and runs it. */
  void advanceToNext(Duration atMost) {
    Duration by = atMost;
    synchronized (this) {
      tasks.removeIf(FutureTask::isDone);
      Task next = tasks.peek();
      if (next != null && next.atNanos - nanos < atMost.toNanos()) {
        by = Duration.ofNanos(Math.max(0, next.atNanos - nanos));
      }
    }
    advance(by);
  }

  @Override
  public ScheduledFuture<?> schedule(Runnable task, long delay, TimeUnit unit) {
    synchronized (this) {
      Task made = new Task(task, nanos + unit.toNanos(delay));
      tasks.add(made);
      return made;
    }
  }

  private static final class Task extends FutureTask<Void> implements ScheduledFuture<Void> {
    private final long atNanos;

    @SuppressWarnings("NullAway") // a Void has no other value
    Task(Runnable task, long atNanos) {
      super(task, null);
      this.atNanos = atNanos;
    }

    @Override
    public long getDelay(TimeUnit unit) {
      throw new UnsupportedOperationException();
    }

    @Override
    public int compareTo(Delayed other) {
      throw new UnsupportedOperationException();
    }

    @Override
    public boolean equals(Object other) {
      return this == other;
    }

    @Override
    public int hashCode() {
      return System.identityHashCode(this);
    }
  }
}
