package io.tributary.retriever.node.client;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** A stream that is closed from outside when it yields nothing for too long, or is wanted no more. */
final class StallGuard extends FilterInputStream {
  private static final long LOOK_EVERY_MILLIS = 200;

  private final ScheduledFuture<?> looking;
  private volatile long lastNanos = System.nanoTime();

  StallGuard(
      InputStream in,
      Duration stalledFor,
      BooleanSupplier isUnwanted,
      ScheduledExecutorService timers) {
    super(in);
    this.looking =
        timers.scheduleWithFixedDelay(
            () -> {
              boolean isStalled = System.nanoTime() - lastNanos > stalledFor.toNanos();
              if (isStalled || isUnwanted.getAsBoolean()) {
                breakOff();
              }
            },
            LOOK_EVERY_MILLIS,
            LOOK_EVERY_MILLIS,
            TimeUnit.MILLISECONDS);
  }

  @Override
  public int read(byte[] into, int offset, int length) throws IOException {
    int read = in.read(into, offset, length);
    lastNanos = System.nanoTime();
    return read;
  }

  /** Time that the reader itself spends does not count. */
  void resume() {
    lastNanos = System.nanoTime();
  }

  private void breakOff() {
    try {
      in.close();
    } catch (IOException e) {
      // The reader meets the same failure, or the end, at its next read.
      lastNanos = System.nanoTime();
    }
  }

  @Override
  public void close() throws IOException {
    looking.cancel(false);
    in.close();
  }
}
