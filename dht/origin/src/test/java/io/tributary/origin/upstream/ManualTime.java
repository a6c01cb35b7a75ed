package io.tributary.origin.upstream;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Delayed;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Time that stands still until a test moves it: a nanosecond clock, and timers that run due tasks
 * on the thread that moves the time.
 */
public final class ManualTime extends AbstractExecutorService
    implements ScheduledExecutorService, LongSupplier {
  private final List<Task> tasks = new ArrayList<>();
  private long nowNanos = 1_000_000_000L;

  @Override
  public synchronized long getAsLong() {
    return nowNanos;
  }

  /** Moves the time on, stopping at each due task. */
  public void advance(Duration by) {
    long until = getAsLong() + by.toNanos();
    while (true) {
      Task next;
      synchronized (this) {
        tasks.removeIf(Task::isDone);
        next =
            tasks.stream()
                .filter(task -> task.dueNanos <= until)
                .min(Comparator.comparingLong(task -> task.dueNanos))
                .orElse(null);
        if (next == null) {
          nowNanos = until;
          return;
        }
        nowNanos = Math.max(nowNanos, next.dueNanos);
        tasks.remove(next);
      }
      next.runNow();
    }
  }

  /** Returns how long from now the next task is due; empty time if there is none. */
  public synchronized List<Duration> pending() {
    return tasks.stream()
        .filter(task -> !task.isDone())
        .map(task -> Duration.ofNanos(task.dueNanos - nowNanos))
        .sorted()
        .toList();
  }

  @Override
  public synchronized ScheduledFuture<?> schedule(Runnable command, long delay, TimeUnit unit) {
    tasks.removeIf(Task::isDone);
    Task task = new Task(command, nowNanos + unit.toNanos(delay));
    tasks.add(task);
    return task;
  }

  @Override
  public <V> ScheduledFuture<V> schedule(Callable<V> callable, long delay, TimeUnit unit) {
    throw new UnsupportedOperationException();
  }

  @Override
  public ScheduledFuture<?> scheduleAtFixedRate(
      Runnable command, long initialDelay, long period, TimeUnit unit) {
    throw new UnsupportedOperationException();
  }

  @Override
  public ScheduledFuture<?> scheduleWithFixedDelay(
      Runnable command, long initialDelay, long delay, TimeUnit unit) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void execute(Runnable command) {
    command.run();
  }

  @Override
  public void shutdown() {}

  @Override
  public List<Runnable> shutdownNow() {
    return List.of();
  }

  @Override
  public boolean isShutdown() {
    return false;
  }

  @Override
  public boolean isTerminated() {
    return false;
  }

  @Override
  public boolean awaitTermination(long timeout, TimeUnit unit) {
    return true;
  }

  private final class Task extends CompletableFuture<Void> implements ScheduledFuture<Void> {
    private final Runnable command;
    private final long dueNanos;

    Task(Runnable command, long dueNanos) {
      this.command = command;
      this.dueNanos = dueNanos;
    }

    void runNow() {
      if (!isDone()) {
        command.run();
        complete(null);
      }
    }

    @Override
    public long getDelay(TimeUnit unit) {
      return unit.convert(dueNanos - getAsLong(), TimeUnit.NANOSECONDS);
    }

    @Override
    public int compareTo(Delayed other) {
      return Long.compare(getDelay(TimeUnit.NANOSECONDS), other.getDelay(TimeUnit.NANOSECONDS));
    }
  }
}
