package io.tributary.launcher;

import io.tributary.libp2p.transport.IoEngine;
import io.tributary.origin.upstream.UpstreamRuntime;
import io.tributary.retriever.node.RetrieverRuntime;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** The threads of a node's process. */
final class NodeThreads implements AutoCloseable {
  /** The most threads that wait for disks and other nodes; more work queues. */
  private static final int BLOCKING_THREADS = 64;

  private static final int CALLBACK_THREADS = 4;
  private static final int JOURNAL_THREADS = 2;

  /** The most tasks that wait for a thread; more are refused. */
  private static final int MAX_WAITING = 65_536;

  private static final int IDLE_SECONDS = 30;
  private static final int STOP_SECONDS = 5;

  private final IoEngine io;
  private final ExecutorService computing;
  private final ExecutorService callbacks;
  private final ExecutorService blocking;
  private final ExecutorService journals;
  private final ScheduledExecutorService timers;

  private NodeThreads(int processors) {
    io = IoEngine.start(IoEngine.Kind.preferred(), processors);
    computing = pool("compute", processors);
    callbacks = pool("callback", CALLBACK_THREADS);
    blocking = pool("blocking", BLOCKING_THREADS);
    journals = pool("journal", JOURNAL_THREADS);
    timers = UpstreamRuntime.newTimers(task -> daemon(task, "timers"));
  }

  static NodeThreads start() {
    return new NodeThreads(Math.max(2, Runtime.getRuntime().availableProcessors()));
  }

  RetrieverRuntime retriever() {
    return new RetrieverRuntime(
        io,
        computing,
        callbacks,
        blocking,
        journals,
        timers,
        Clock.systemUTC(),
        new SecureRandom(),
        BuildInfo.version());
  }

  @Override
  public void close() {
    timers.shutdownNow();
    for (ExecutorService pool : List.of(computing, callbacks, blocking, journals)) {
      pool.shutdown();
    }
    try {
      boolean unused = journals.awaitTermination(STOP_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    io.close();
  }

  private static ExecutorService pool(String name, int threads) {
    AtomicInteger number = new AtomicInteger();
    ThreadPoolExecutor pool =
        new ThreadPoolExecutor(
            threads,
            threads,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(MAX_WAITING),
            task -> daemon(task, name + '-' + number.incrementAndGet()));
    pool.allowCoreThreadTimeOut(true);
    return pool;
  }

  private static Thread daemon(Runnable task, String name) {
    Thread thread = new Thread(task, name);
    thread.setDaemon(true);
    return thread;
  }
}
