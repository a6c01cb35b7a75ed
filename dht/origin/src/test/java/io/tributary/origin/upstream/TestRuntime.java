package io.tributary.origin.upstream;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.awaitility.Awaitility;

/** A runtime with real threads and a time that stands still. */
public final class TestRuntime implements AutoCloseable {
  /** The time of day of all tests. */
  public static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");

  static {
    Awaitility.setDefaultPollDelay(Duration.ZERO);
    Awaitility.setDefaultPollInterval(Duration.ofMillis(2));
  }

  private final ExecutorService executor = Executors.newCachedThreadPool();
  private final ManualTime time = new ManualTime();

  /** Returns the time, to be moved. */
  public ManualTime time() {
    return time;
  }

  /** Returns the runtime. */
  public UpstreamRuntime runtime() {
    return new UpstreamRuntime(
        executor, time, time, Clock.fixed(NOW, ZoneOffset.UTC), new Random(7));
  }

  @Override
  public void close() {
    executor.shutdownNow();
  }
}
