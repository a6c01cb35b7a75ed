package io.tributary.origin.upstream;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.LongSupplier;

/**
 * Notices that a server takes too long. Safe for use by many threads.
 *
 * <pre>{@code
 * start -> AWAITING -------------------------> MOVING (answer)
 *             |  ^                               ends: STALLED
 *             v  |  request body sent
 *          MOVING (request body)                 ends: STALLED
 *
 * AWAITING   one deadline until the answer begins   ends: TIMEOUT
 * MOVING     a least number of bytes per window     ends: STALLED
 * }</pre>
 *
 * <p>The speed rule counts only the time in which we wait for the server: a consumer that takes
 * bytes slowly is not the server's fault, and a server cannot hide behind such a consumer.
 */
final class Watchdog {
  private final UpstreamLimits.Deadlines deadlines;
  private final ScheduledExecutorService timers;
  private final LongSupplier nanoTime;
  private final long windowNanos;

  private BiConsumer<UpstreamReason, String> onExpired = (reason, detail) -> {};
  private Future<?> timer = CompletableFuture.completedFuture(Boolean.TRUE);
  private long arming;
  private boolean stopped;
  private boolean moving;
  private boolean waiting;
  private long waitingSinceNanos;
  private long waitedNanos;
  private long windowBytes;

  Watchdog(
      UpstreamLimits.Deadlines deadlines, ScheduledExecutorService timers, LongSupplier nanoTime) {
    this.deadlines = deadlines;
    this.timers = timers;
    this.nanoTime = nanoTime;
    this.windowNanos = deadlines.stallWindow().toNanos();
  }

  /** Starts to watch; {@code onExpired} is called at most once, on a thread of the timers. */
  synchronized void start(BiConsumer<UpstreamReason, String> onExpired) {
    this.onExpired = onExpired;
    awaitResponse();
  }

  /** Ends all watching. */
  synchronized void stop() {
    stopped = true;
    timer.cancel(false);
  }

  /** Tells whether the server is idle since nobody wants its bytes. */
  synchronized boolean isHeldByConsumer() {
    return !stopped && moving && !waiting;
  }

  synchronized void awaitResponse() {
    moving = false;
    rearm(deadlines.response().toNanos());
  }

  synchronized void sending(long bytes) {
    if (!moving) {
      move();
    }
    windowBytes += bytes;
  }

  synchronized void receiving() {
    move();
  }

  synchronized void progress(long bytes) {
    windowBytes += bytes;
  }

  synchronized void waitForPeer() {
    if (!waiting) {
      waiting = true;
      waitingSinceNanos = nanoTime.getAsLong();
    }
  }

  synchronized void holdForConsumer() {
    if (waiting) {
      waiting = false;
      waitedNanos += nanoTime.getAsLong() - waitingSinceNanos;
    }
  }

  private void move() {
    moving = true;
    waiting = true;
    startWindow();
    rearm(windowNanos);
  }

  private void startWindow() {
    waitingSinceNanos = nanoTime.getAsLong();
    waitedNanos = 0;
    windowBytes = 0;
  }

  private void rearm(long delayNanos) {
    timer.cancel(false);
    if (!stopped) {
      long armed = ++arming;
      timer = timers.schedule(() -> judge(armed), delayNanos, TimeUnit.NANOSECONDS);
    }
  }

  /** Calls back without the lock, since the callback takes locks of its own. */
  private void judge(long armed) {
    UpstreamReason reason;
    String detail;
    BiConsumer<UpstreamReason, String> call;
    synchronized (this) {
      if (stopped || armed != arming) {
        return;
      }
      if (moving) {
        long waited = waitedNanos + (waiting ? nanoTime.getAsLong() - waitingSinceNanos : 0);
        if (waited < windowNanos) {
          rearm(windowNanos - waited);
          return;
        }
        if (windowBytes >= deadlines.stallBytes()) {
          startWindow();
          rearm(windowNanos);
          return;
        }
        reason = UpstreamReason.STALLED;
        detail =
            String.format(
                "%d bytes in %d ms, the least is %d in %d ms",
                windowBytes,
                TimeUnit.NANOSECONDS.toMillis(waited),
                deadlines.stallBytes(),
                deadlines.stallWindow().toMillis());
      } else {
        reason = UpstreamReason.TIMEOUT;
        detail = "no answer within " + deadlines.response().toMillis() + " ms";
      }
      stopped = true;
      call = onExpired;
    }
    call.accept(reason, detail);
  }
}
