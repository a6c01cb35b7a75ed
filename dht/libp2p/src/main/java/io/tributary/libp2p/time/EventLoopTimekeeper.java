package io.tributary.libp2p.time;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.ScheduledFuture;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;

/**
 * Time on an event loop.
 *
 * @param loop runs the tasks and counts the nanoseconds
 * @param clock the time of day
 */
public record EventLoopTimekeeper(EventLoop loop, InstantSource clock) implements Timekeeper {

  @Override
  public long nanoTime() {
    return loop.ticker().nanoTime();
  }

  @Override
  public Timer after(Duration delay, Runnable task) {
    ScheduledFuture<?> scheduled = loop.schedule(task, delay.toNanos(), TimeUnit.NANOSECONDS);
    return () -> scheduled.cancel(false);
  }

  @Override
  public boolean isCurrent() {
    return loop.inEventLoop();
  }

  @Override
  public void execute(Runnable task) {
    loop.execute(task);
  }
}
