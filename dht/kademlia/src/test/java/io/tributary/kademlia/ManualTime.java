package io.tributary.kademlia;

import io.tributary.libp2p.time.Timekeeper;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Time that is turned by hand; everything runs on the thread that turns it. */
final class ManualTime implements Timekeeper {

  private static final Instant BEGINNING = Instant.parse("2030-01-01T00:00:00Z");

  private static final class Task implements Timer {
    final long atNanos;
    final Runnable task;
    boolean cancelled;

    Task(long atNanos, Runnable task) {
      this.atNanos = atNanos;
      this.task = task;
    }

    @Override
    public void cancel() {
      cancelled = true;
    }
  }

  private final List<Task> tasks = new ArrayList<>();
  private long nowNanos;

  void advance(Duration time) {
    long end = nowNanos + time.toNanos();
    for (Optional<Task> next = next(end); next.isPresent(); next = next(end)) {
      tasks.remove(next.get());
      nowNanos = next.get().atNanos;
      if (!next.get().cancelled) {
        next.get().task.run();
      }
    }
    nowNanos = end;
  }

  private Optional<Task> next(long end) {
    return tasks.stream()
        .filter(task -> task.atNanos <= end)
        .min(Comparator.comparingLong(task -> task.atNanos));
  }

  @Override
  public InstantSource clock() {
    return () -> BEGINNING.plusNanos(nowNanos);
  }

  @Override
  public long nanoTime() {
    return nowNanos;
  }

  @Override
  public Timer after(Duration delay, Runnable task) {
    Task added = new Task(nowNanos + delay.toNanos(), task);
    tasks.add(added);
    return added;
  }

  @Override
  public boolean isCurrent() {
    return true;
  }

  @Override
  public void execute(Runnable task) {
    after(Duration.ZERO, task);
  }
}
