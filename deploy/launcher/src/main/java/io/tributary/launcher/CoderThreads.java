package io.tributary.launcher;

import io.tributary.content.Segmenter;
import io.tributary.content.erasure.ErasureCode;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The threads that help to code and hash, one for each processor besides the caller's. */
final class CoderThreads implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(CoderThreads.class);
  private static final int MAX_HELPERS = 15;

  private final int helpers;
  private final ExecutorService executor;

  CoderThreads() {
    helpers = Math.min(MAX_HELPERS, Runtime.getRuntime().availableProcessors() - 1);
    AtomicInteger number = new AtomicInteger();
    executor =
        Executors.newFixedThreadPool(
            Math.max(1, helpers),
            task -> {
              Thread thread = new Thread(task, "coder-" + number.getAndIncrement());
              thread.setDaemon(true);
              return thread;
            });
  }

  /** Returns a segmenter on the fastest erasure code this JVM has. */
  Segmenter segmenter() {
    ErasureCode code = ErasureCode.best();
    LOG.info("erasure code engine: {}", code.engine());
    return new Segmenter(code::encode, executor, helpers);
  }

  @Override
  public void close() {
    executor.shutdownNow();
  }
}
