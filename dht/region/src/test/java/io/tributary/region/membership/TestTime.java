package io.tributary.region.membership;

import io.tributary.libp2p.time.Timekeeper;
import io.tributary.region.TestMembers;
import java.time.Duration;
import java.time.InstantSource;
import java.util.PriorityQueue;

/** Virtual time: everything that is due happens when time is told to pass. */
public final class TestTime implements Timekeeper {
  private final PriorityQueue<Due> queue = new PriorityQueue<>();
  private long nanos;
  private long number;

  private record Due(long atNanos, long number, Runnable task) implements Comparable<Due> {
    @Override
    public int compareTo(Due other) {
      int order = Long.compare(atNanos, other.atNanos);
      return order != 0 ? order : Long.compare(number, other.number);
    }
  }

  @Override
  public InstantSource clock() {
    return () -> TestMembers.NOW.plusNanos(nanos);
  }

  @Override
  public long nanoTime() {
    return nanos;
  }

  @Override
  public Timer after(Duration delay, Runnable task) {
    Due due = new Due(nanos + delay.toNanos(), number++, task);
    queue.add(due);
    return () -> queue.remove(due);
  }

  @Override
  public boolean isCurrent() {
    return true;
  }

  @Override
  public void execute(Runnable task) {
    after(Duration.ZERO, task);
  }

  /** Lets time pass. */
  public void pass(Duration time) {
    long end = nanos + time.toNanos();
    for (Due next = queue.peek(); next != null && next.atNanos <= end; next = queue.peek()) {
      queue.remove();
      nanos = next.atNanos;
      next.task.run();
    }
    nanos = end;
  }
}
