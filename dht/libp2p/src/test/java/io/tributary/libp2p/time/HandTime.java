package io.tributary.libp2p.time;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/** Time that passes when the test says so; tasks run on the test's thread. */
public final class HandTime implements Timekeeper {
  private final InstantSource clock;
  private final List<Waiting> waiting = new ArrayList<>();

  private record Waiting(Instant at, Runnable task) {}

  public HandTime(InstantSource clock) {
    this.clock = clock;
  }

  /** Runs what is due. */
  public void fire() {
    List<Waiting> due;
    synchronized (waiting) {
      due = waiting.stream().filter(each -> !each.at().isAfter(clock.instant())).toList();
      waiting.removeAll(due);
    }
    due.forEach(each -> each.task().run());
  }

  @Override
  public InstantSource clock() {
    return clock;
  }

  @Override
  public long nanoTime() {
    return Duration.between(Instant.EPOCH, clock.instant()).toNanos();
  }

  @Override
  public Timer after(Duration delay, Runnable task) {
    Waiting made = new Waiting(clock.instant().plus(delay), task);
    synchronized (waiting) {
      waiting.add(made);
    }
    return () -> {
      synchronized (waiting) {
        waiting.remove(made);
      }
    };
  }

  @Override
  public boolean isCurrent() {
    return true;
  }

  @Override
  public void execute(Runnable task) {
    task.run();
  }
}
