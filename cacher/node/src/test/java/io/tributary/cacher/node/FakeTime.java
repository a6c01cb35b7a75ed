package io.tributary.cacher.node;

import io.tributary.libp2p.time.Timekeeper;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Time that stands until it is advanced; what is due then runs on the thread that advances it. */
final class FakeTime implements Timekeeper {
  private record Due(long atNanos, Runnable task) {}

  private final List<Due> due = new ArrayList<>();
  private long nanos = 1_000_000;

  @Override
  public InstantSource clock() {
    return () -> Instant.ofEpochSecond(1_800_000_000).plusNanos(nanoTime());
  }

  @Override
  public synchronized long nanoTime() {
    return nanos;
  }

  @Override
  public synchronized Timer after(Duration delay, Runnable task) {
    Due entry = new Due(nanos + delay.toNanos(), task);
    due.add(entry);
    return () -> remove(entry);
  }

  private synchronized void remove(Due entry) {
    due.remove(entry);
  }

  @Override
  public boolean isCurrent() {
    return true;
  }

  @Override
  public void execute(Runnable task) {
    task.run();
  }

  /** Lets time pass, and what is due in it happen in order. */
  void advance(Duration by) {
    long end = nanoTime() + by.toNanos();
    for (Optional<Due> next = nextUntil(end); next.isPresent(); next = nextUntil(end)) {
      next.get().task().run();
    }
    synchronized (this) {
      nanos = end;
    }
  }

  private synchronized Optional<Due> nextUntil(long end) {
    Optional<Due> next =
        due.stream()
            .filter(each -> each.atNanos() <= end)
            .min(Comparator.comparingLong(Due::atNanos));
    next.ifPresent(
        each -> {
          due.remove(each);
          nanos = Math.max(nanos, each.atNanos());
        });
    return next;
  }
}
