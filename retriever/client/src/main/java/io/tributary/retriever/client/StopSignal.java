package io.tributary.retriever.client;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/** Asks work to end soon, whatever it waits for just then. Thread-safe. */
public final class StopSignal {
  private final CountDownLatch stopped = new CountDownLatch(1);
  private final Set<Waiting> waiting = ConcurrentHashMap.newKeySet();

  /** Something that is to be broken off by a stop, until it is closed. */
  public interface Registration extends AutoCloseable {
    /** Forgets it. */
    @Override
    void close();
  }

  private final class Waiting implements Registration {
    private final Runnable breakOff;
    private final AtomicBoolean isOver = new AtomicBoolean();

    Waiting(Runnable breakOff) {
      this.breakOff = breakOff;
    }

    void breakOff() {
      if (!isOver.getAndSet(true)) {
        breakOff.run();
      }
    }

    @Override
    public void close() {
      isOver.set(true);
      waiting.remove(this);
    }
  }

  /** Asks for the end. Does nothing the second time. */
  public void stop() {
    stopped.countDown();
    waiting.forEach(Waiting::breakOff);
  }

  /** Whether the end was asked for. */
  public boolean isStopped() {
    return stopped.getCount() == 0;
  }

  /**
   * Has something done when the end is asked for, at once if it was already.
   *
   * @param breakOff quick, and run at most once, by whoever asks for the end
   */
  public Registration onStop(Runnable breakOff) {
    Waiting added = new Waiting(breakOff);
    waiting.add(added);
    if (isStopped()) {
      added.breakOff();
    }
    return added;
  }

  /** Waits for a time, or until the end is asked for; returns whether it was. */
  boolean await(Duration atMost) throws InterruptedException {
    return stopped.await(atMost.toNanos(), TimeUnit.NANOSECONDS);
  }
}
