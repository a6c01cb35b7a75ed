package io.tributary.libp2p.transport.quic;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.quic.QuicChannel;
import io.netty.handler.codec.quic.QuicConnectionPathStats;
import io.netty.handler.codec.quic.QuicConnectionStats;
import io.netty.handler.codec.quic.QuicTransportParameters;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import io.netty.util.concurrent.ScheduledFuture;
import io.tributary.libp2p.stream.ByteStream;
import io.tributary.libp2p.stream.StreamHandler;
import io.tributary.libp2p.stream.StreamReset;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The questions that keep a silent connection alive, notice when the peer is gone, and measure the
 * round trip to it.
 *
 * <p>QUIC's PING frame is answered by the peer's QUIC engine and is not in reach of this one's
 * users. So the question is a stream that ends after multistream-select's first message; any peer
 * of libp2p answers it with the same message, its end, or a reset. At most one question is under
 * way; who asks meanwhile gets the same answer. Lives on the event loop.
 */
final class QuicKeepAlive {
  /** Length, then the name of the protocol that every stream begins with. */
  private static final byte[] QUESTION = "\u0013/multistream/1.0.0\n".getBytes(US_ASCII);

  /** How many questions fit into the idle timeout, so that two may be lost. */
  private static final int PER_IDLE_TIMEOUT = 3;

  private final QuicChannel channel;
  private final QuicOptions.Times times;
  private final Supplier<Future<ByteStream>> opener;
  private final Runnable onTimeout;
  private final List<Promise<Duration>> askers = new ArrayList<>(0);
  private @Nullable ScheduledFuture<?> ticks;
  private @Nullable ScheduledFuture<?> timeout;
  private long receivedAtTick = -1;
  private long askedNanos;
  private volatile long roundTripNanos;

  /**
   * A stopped keep-alive.
   *
   * @param opener opens a stream
   * @param onTimeout told when a question stays unanswered
   */
  QuicKeepAlive(
      QuicChannel channel,
      QuicOptions.Times times,
      Supplier<Future<ByteStream>> opener,
      Runnable onTimeout) {
    this.channel = channel;
    this.times = times;
    this.opener = opener;
    this.onTimeout = onTimeout;
  }

  private EventLoop loop() {
    return channel.eventLoop();
  }

  void start() {
    long nanos = Math.min(times.keepAliveInterval().toNanos(), idleNanos() / PER_IDLE_TIMEOUT);
    ticks = loop().scheduleWithFixedDelay(this::tick, nanos, nanos, TimeUnit.NANOSECONDS);
  }

  /** The idle timeout that holds: the shorter one of both sides, where the peer has one. */
  private long idleNanos() {
    QuicTransportParameters peers = channel.peerTransportParameters();
    long ours = times.idleTimeout().toNanos();
    return peers == null || peers.maxIdleTimeout() <= 0
        ? ours
        : Math.min(ours, TimeUnit.MILLISECONDS.toNanos(peers.maxIdleTimeout()));
  }

  void stop(Throwable cause) {
    cancel(ticks);
    cancel(timeout);
    answer(promise -> promise.tryFailure(cause));
  }

  private static void cancel(@Nullable ScheduledFuture<?> scheduled) {
    if (scheduled != null) {
      scheduled.cancel(false);
    }
  }

  /** The smoothed round-trip time; 0 while it is unknown. */
  long roundTripNanos() {
    return roundTripNanos;
  }

  private void tick() {
    // Both are done at once on the event loop.
    Future<QuicConnectionStats> stats = channel.collectStats();
    long received = stats.isSuccess() && stats.getNow() != null ? stats.getNow().recv() : -1;
    updateRoundTrip();
    if (received == receivedAtTick) {
      ping(loop().newPromise());
    }
    receivedAtTick = received;
  }

  private void updateRoundTrip() {
    Future<QuicConnectionPathStats> path = channel.collectPathStats(0);
    if (path.isSuccess() && path.getNow() != null) {
      roundTripNanos = path.getNow().rtt();
    }
  }

  /** Asks the peer, or joins the question under way. */
  void ping(Promise<Duration> asker) {
    askers.add(asker);
    if (askers.size() > 1) {
      return;
    }
    askedNanos = loop().ticker().nanoTime();
    timeout = loop().schedule(onTimeout, times.pingTimeout().toNanos(), TimeUnit.NANOSECONDS);
    opener
        .get()
        .addListener(
            (Future<ByteStream> opened) -> {
              if (opened.isSuccess()) {
                ask(opened.getNow());
              } else {
                cancel(timeout);
                answer(promise -> promise.tryFailure(opened.cause()));
              }
            });
  }

  private void ask(ByteStream stream) {
    askedNanos = loop().ticker().nanoTime();
    stream.handler(
        new StreamHandler() {
          @Override
          public void onData(ByteBuf data) {
            data.release();
            onAnswer();
          }

          @Override
          public void onEndOfInput() {
            onAnswer();
          }

          @Override
          public void onReset(StreamReset reset) {
            onAnswer();
          }
        });
    stream.write(stream.allocator().directBuffer(QUESTION.length).writeBytes(QUESTION));
    stream.closeWrite();
  }

  private void onAnswer() {
    if (askers.isEmpty()) {
      return;
    }
    cancel(timeout);
    Duration took = Duration.ofNanos(loop().ticker().nanoTime() - askedNanos);
    updateRoundTrip();
    answer(promise -> promise.trySuccess(took));
  }

  private void answer(java.util.function.Consumer<Promise<Duration>> outcome) {
    List<Promise<Duration>> told = List.copyOf(askers);
    askers.clear();
    told.forEach(outcome);
  }
}
