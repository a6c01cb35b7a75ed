package io.tributary.libp2p.yamux;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import io.netty.util.concurrent.ScheduledFuture;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The pings of one connection, which measure its round trip and notice when the peer is gone. At
 * most one is under way; who asks meanwhile gets the same answer. Lives on the event loop.
 */
final class KeepAlive {

  private final EventLoop loop;
  private final YamuxOptions.Times times;
  private final IntConsumer pinger;
  private final Runnable onTick;
  private final Runnable onTimeout;
  private final RoundTrip roundTrip = new RoundTrip();
  private int value;
  private long sentNanos;
  private long readNanos;
  private @Nullable Promise<Duration> underWay;
  private @Nullable ScheduledFuture<?> timeout;
  private @Nullable ScheduledFuture<?> ticks;

  /**
   * A stopped keep-alive.
   *
   * @param pinger sends a ping with the value given
   * @param onTick told at each interval
   * @param onTimeout told when a ping stays unanswered and nothing else comes either
   */
  KeepAlive(
      EventLoop loop,
      YamuxOptions.Times times,
      IntConsumer pinger,
      Runnable onTick,
      Runnable onTimeout) {
    this.loop = loop;
    this.times = times;
    this.pinger = pinger;
    this.onTick = onTick;
    this.onTimeout = onTimeout;
  }

  void start() {
    long nanos = times.keepAliveInterval().toNanos();
    ticks = loop.scheduleWithFixedDelay(this::tick, nanos, nanos, TimeUnit.NANOSECONDS);
  }

  void stop(Throwable cause) {
    if (ticks != null) {
      ticks.cancel(false);
    }
    if (timeout != null) {
      timeout.cancel(false);
    }
    if (underWay != null) {
      underWay.tryFailure(cause);
      underWay = null;
    }
  }

  private void tick() {
    onTick.run();
    ping();
  }

  /** Sends a ping, or joins the one under way. */
  Future<Duration> ping() {
    Promise<Duration> current = underWay;
    if (current == null) {
      current = loop.newPromise();
      underWay = current;
      value++;
      sentNanos = loop.ticker().nanoTime();
      readNanos = sentNanos;
      awaitUntil(times.pingTimeout().toNanos());
      pinger.accept(value);
    }
    return current;
  }

  private void awaitUntil(long nanosFromNow) {
    timeout = loop.schedule(this::onLate, nanosFromNow, TimeUnit.NANOSECONDS);
  }

  private void onLate() {
    long left = readNanos + times.pingTimeout().toNanos() - loop.ticker().nanoTime();
    if (left > 0) {
      awaitUntil(left);
    } else {
      onTimeout.run();
    }
  }

  /** Something came from the peer. */
  void onRead() {
    if (underWay != null) {
      readNanos = loop.ticker().nanoTime();
    }
  }

  /** Takes an answer; one that was not asked for is ignored. */
  void onPong(int answered) {
    Promise<Duration> current = underWay;
    if (current == null || answered != value) {
      return;
    }
    underWay = null;
    if (timeout != null) {
      timeout.cancel(false);
    }
    long nanos = loop.ticker().nanoTime() - sentNanos;
    roundTrip.add(nanos);
    current.trySuccess(Duration.ofNanos(nanos));
  }

  RoundTrip roundTrip() {
    return roundTrip;
  }
}
