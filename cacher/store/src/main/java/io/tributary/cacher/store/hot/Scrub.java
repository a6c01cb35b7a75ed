package io.tributary.cacher.store.hot;

import io.tributary.cacher.store.StoreLog;
import io.tributary.cacher.store.StoredFragment;
import io.tributary.cacher.store.StoredFragment.Verdict;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * The search for rot: hashes all fragments one after the other, again and again, at a rate of
 * bytes.
 *
 * <p>One thread at a time. Bytes come from the page cache if they are there; rot on disk below them
 * is found once the kernel has let go of them.
 */
public final class Scrub {
  /** How long an empty store is left alone, nanoseconds. */
  static final long IDLE_NANOS = TimeUnit.SECONDS.toNanos(10);

  private final HotFragments hot;
  private final StoreMetrics metrics;
  private final long bytesPerSecond;
  private final LongSupplier nanoTime;
  private Iterator<StoredFragment> round = List.<StoredFragment>of().iterator();
  private long dueNanos;
  private long lastStepNanos;

  /**
   * A search that begins with the next step.
   *
   * @param bytesPerSecond the rate, at least 1
   * @param nanoTime a clock that runs on, such as {@code System::nanoTime}
   */
  public Scrub(HotFragments hot, StoreMetrics metrics, long bytesPerSecond, LongSupplier nanoTime) {
    if (bytesPerSecond < 1) {
      throw new IllegalArgumentException("bytesPerSecond must be 1 or more, not " + bytesPerSecond);
    }
    this.hot = hot;
    this.metrics = metrics;
    this.bytesPerSecond = bytesPerSecond;
    this.nanoTime = nanoTime;
    this.dueNanos = nanoTime.getAsLong();
    this.lastStepNanos = dueNanos;
  }

  /**
   * Checks the next fragment if it is time.
   *
   * @return after how many nanoseconds to call again
   */
  public long step() {
    long now = nanoTime.getAsLong();
    if (now - lastStepNanos < 0) {
      // A clock that jumped back must not stop the search for as long as it jumped.
      dueNanos = Math.min(dueNanos - lastStepNanos, IDLE_NANOS) + now;
    }
    lastStepNanos = now;
    if (dueNanos - now > 0) {
      return dueNanos - now;
    }
    if (!round.hasNext()) {
      round = hot.fragments().iterator();
    }
    long wait = round.hasNext() ? check(round.next()) : IDLE_NANOS;
    // Time that was missed is not made up for: the disk belongs to the clients.
    dueNanos = now + wait;
    return wait;
  }

  private long check(StoredFragment fragment) {
    Verdict verdict = hot.check(fragment);
    if (verdict != Verdict.GONE) {
      metrics.scrubbed(verdict == Verdict.RIGHT, fragment.length());
    }
    return (long) (fragment.length() * 1e9 / bytesPerSecond);
  }

  /** Searches on an executor until that is shut down. */
  public void run(ScheduledExecutorService executor) {
    again(executor, 0);
  }

  private void stepAndAgain(ScheduledExecutorService executor) {
    long wait = IDLE_NANOS;
    try {
      wait = step();
    } catch (RuntimeException e) {
      StoreLog.scrubFailed(e);
    }
    again(executor, wait);
  }

  private void again(ScheduledExecutorService executor, long waitNanos) {
    try {
      var unused = executor.schedule(() -> stepAndAgain(executor), waitNanos, TimeUnit.NANOSECONDS);
    } catch (RejectedExecutionException e) {
      // It was shut down, which ends the search.
      round = List.<StoredFragment>of().iterator();
    }
  }
}
