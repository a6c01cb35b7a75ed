package io.tributary.libp2p.sim;

import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.ManualIoEventLoop;
import io.netty.channel.local.LocalIoHandler;
import io.netty.util.concurrent.MockTicker;
import io.netty.util.concurrent.Ticker;
import io.tributary.libp2p.transport.IoEngine;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;

/**
 * Virtual time with one event loop, run by the test's own thread, and a network on it. Nothing
 * happens unless {@link #run} is called; then everything does that is due.
 */
public final class Simulation {
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

  private final MockTicker ticker = Ticker.newMockTicker();
  private final Loop loop = new Loop(ticker);
  private final SplittableRandom dice;
  private final Network network;
  private final UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(true);

  public Simulation(long seed) {
    dice = new SplittableRandom(seed);
    network = new Network(this);
  }

  /** Decides what is left open. */
  public SplittableRandom dice() {
    return dice;
  }

  public Network network() {
    return network;
  }

  /** The loop for all hosts. */
  public ManualIoEventLoop loop() {
    return loop;
  }

  /** The loop as a host takes it. */
  public IoEngine io() {
    return IoEngine.on(IoEngine.Kind.NIO, loop);
  }

  /** The time of day. */
  public InstantSource clock() {
    return () -> START.plusNanos(ticker.nanoTime());
  }

  /** What all channels allocate from. */
  public UnpooledByteBufAllocator allocator() {
    return allocator;
  }

  /** Lets time pass, and everything happen that is due in it, in its order. */
  public void run(Duration time) {
    long until = ticker.nanoTime() + time.toNanos();
    drain();
    for (long next = loop.nextDeadline(); next <= until; next = loop.nextDeadline()) {
      ticker.advance(Math.max(0, next - ticker.nanoTime()), TimeUnit.NANOSECONDS);
      drain();
    }
    ticker.advance(Math.max(0, until - ticker.nanoTime()), TimeUnit.NANOSECONDS);
    drain();
  }

  private void drain() {
    while (loop.runNow() > 0) {
      // Tasks beget tasks.
    }
  }

  private static final class Loop extends ManualIoEventLoop {
    private final Ticker ticker;

    Loop(Ticker ticker) {
      super(null, Thread.currentThread(), LocalIoHandler.newFactory(), ticker);
      this.ticker = ticker;
    }

    /** When the next timer is due, by the ticker. */
    long nextDeadline() {
      long left = nextScheduledTaskNano();
      return left < 0 ? Long.MAX_VALUE : ticker.nanoTime() + left;
    }
  }
}
