package io.tributary.origin.dev.runtime;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.time.Clock;
import java.util.SplittableRandom;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * The threads, the clock and the randomness a dev origin runs on.
 *
 * <p>Event loops move bytes and never wait. Whatever may wait for a disk or costs a signature runs
 * on the {@linkplain #blocking blocking} executors. Work nobody waits for, such as reports to the
 * chain, runs on the one {@linkplain #upkeep upkeep} thread.
 *
 * <p>One runtime may carry several chains and miners; close it after them. Safe for use by many
 * threads.
 */
public final class DevRuntime implements AutoCloseable {
  /** The threads that move bytes. */
  public static final int EVENT_LOOPS = 2;

  /** The threads that may wait for a disk, shared by all servers of the runtime. */
  public static final int BLOCKING_THREADS = 4;

  /**
   * The connections that may wait for such a thread at a time, one task each; above it connections
   * are closed.
   */
  public static final int MAX_WAITING = 16 * ListeningPort.MAX_CONNECTIONS;

  private static final long QUIET_MILLIS = 0;
  private static final long STOP_SECONDS = 5;

  private final EventLoopGroup loops;
  private final ExecutorService blocking;
  private final ScheduledExecutorService upkeep;
  private final Clock clock;
  private final SplittableRandom random;
  private final Reach reach;

  private DevRuntime(Clock clock, SplittableRandom random, Reach reach) {
    this.reach = reach;
    this.clock = clock;
    this.random = random;
    this.loops =
        new MultiThreadIoEventLoopGroup(
            EVENT_LOOPS,
            new DefaultThreadFactory("dev-origin-io", true),
            NioIoHandler.newFactory());
    this.blocking =
        new ThreadPoolExecutor(
            BLOCKING_THREADS,
            BLOCKING_THREADS,
            0,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(MAX_WAITING),
            new DefaultThreadFactory("dev-origin-disk", true));
    this.upkeep =
        Executors.newSingleThreadScheduledExecutor(
            new DefaultThreadFactory("dev-origin-upkeep", true));
  }

  /**
   * Starts the threads.
   *
   * @param clock what time blocks carry
   * @param random what decides whether a fault of some probability strikes
   */
  public static DevRuntime start(Clock clock, SplittableRandom random) {
    return start(clock, random, Reach.LOOPBACK);
  }

  /**
   * Starts the threads.
   *
   * @param clock what time blocks carry
   * @param random what decides whether a fault of some probability strikes
   * @param reach from where chain and miners can be reached
   */
  public static DevRuntime start(Clock clock, SplittableRandom random, Reach reach) {
    return new DevRuntime(clock, random, reach);
  }

  /** Returns from where chain and miners can be reached. */
  public Reach reach() {
    return reach;
  }

  /** Returns the event loops of sockets. */
  public EventLoopGroup loops() {
    return loops;
  }

  /** Returns the threads of handlers that may wait for a disk. */
  public Executor blocking() {
    return blocking;
  }

  /** Returns the one thread of work nobody waits for. */
  public ScheduledExecutorService upkeep() {
    return upkeep;
  }

  /** Returns the clock. */
  public Clock clock() {
    return clock;
  }

  /** Returns a new source of randomness that follows from this runtime's. */
  public synchronized SplittableRandom newRandom() {
    return random.split();
  }

  /** Stops all threads and waits for them, at most some seconds each. */
  @Override
  public void close() {
    upkeep.shutdownNow();
    loops.shutdownGracefully(QUIET_MILLIS, STOP_SECONDS, TimeUnit.SECONDS).awaitUninterruptibly();
    blocking.shutdown();
    try {
      blocking.awaitTermination(STOP_SECONDS, TimeUnit.SECONDS);
      upkeep.awaitTermination(STOP_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
