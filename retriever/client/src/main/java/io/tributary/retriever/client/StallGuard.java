package io.tributary.retriever.client;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/**
 * A stream that is closed from outside when a read waits for too long, or the end is asked for.
 * Time between reads is the reader's own and does not count.
 */
final class StallGuard extends FilterInputStream {
  private static final long LOOK_EVERY_MILLIS = 200;
  private static final long NOT_READING = Long.MIN_VALUE;

  private final Duration stalledFor;
  private final ScheduledFuture<?> looking;
  private final StopSignal.Registration stopping;
  private volatile long readingSinceNanos = NOT_READING;
  private volatile boolean isStalled;

  StallGuard(
      InputStream in, Duration stalledFor, StopSignal stop, ScheduledExecutorService timers) {
    super(in);
    this.stalledFor = stalledFor;
    this.stopping = stop.onStop(this::breakOff);
    this.looking =
        timers.scheduleWithFixedDelay(
            this::look, LOOK_EVERY_MILLIS, LOOK_EVERY_MILLIS, TimeUnit.MILLISECONDS);
  }

  private void look() {
    long since = readingSinceNanos;
    if (since != NOT_READING && System.nanoTime() - since > stalledFor.toNanos()) {
      isStalled = true;
      breakOff();
    }
  }

  @Override
  public int read(byte[] into, int offset, int length) throws IOException {
    readingSinceNanos = System.nanoTime();
    try {
      int read = in.read(into, offset, length);
      if (read < 0 && isStalled) {
        throw stalled();
      }
      return read;
    } catch (IOException e) {
      throw isStalled ? stalled() : e;
    } finally {
      readingSinceNanos = NOT_READING;
    }
  }

  private IOException stalled() {
    return new IOException("it sent nothing for " + stalledFor.toSeconds() + " s");
  }

  private void breakOff() {
    try {
      in.close();
    } catch (IOException ignored) {
      // Whoever reads meets the same failure, or the end.
    }
  }

  @Override
  public void close() throws IOException {
    looking.cancel(false);
    stopping.close();
    in.close();
  }
}
