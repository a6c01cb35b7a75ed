package io.tributary.launcher;

import io.tributary.content.Segmenter;
import io.tributary.content.erasure.ErasureCode;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/** The threads that help to code and hash, one for each processor besides the caller's. */
final class CoderThreads implements AutoCloseable {
  private static final int MAX_HELPERS = 15;

  private final int helpers;
  private final ExecutorService executor;
  private final ExecutorService warmUp;

  CoderThreads() {
    helpers = Math.min(MAX_HELPERS, Runtime.getRuntime().availableProcessors() - 1);
    AtomicInteger number = new AtomicInteger();
    executor =
        Executors.newFixedThreadPool(
            Math.max(1, helpers), task -> daemon(task, "coder-" + number.getAndIncrement()));
    warmUp = Executors.newSingleThreadExecutor(task -> daemon(task, "coder-warm-up"));
  }

  /**
   * Returns a segmenter, whose erasure code starts on the plain engine and changes to the SIMD
   * engine once that is warm.
   */
  Segmenter segmenter() {
    ErasureCode code = ErasureCode.best(warmUp);
    LauncherLog.coding(ErasureCode.Engine.SIMD.obstacle().orElse("warming up"));
    return new Segmenter(code::encode, executor, helpers);
  }

  @Override
  public void close() {
    executor.shutdownNow();
    warmUp.shutdownNow();
  }

  private static Thread daemon(Runnable task, String name) {
    Thread thread = new Thread(task, name);
    thread.setDaemon(true);
    return thread;
  }
}
