package io.tributary.libp2p.transport.quic;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.quic.QuicChannel;
import io.netty.handler.codec.quic.QuicConnectionCloseEvent;
import io.netty.handler.codec.quic.QuicException;
import io.netty.handler.codec.quic.QuicStreamChannel;
import io.netty.handler.codec.quic.QuicStreamLimitChangedEvent;
import io.netty.handler.codec.quic.QuicStreamType;
import io.netty.handler.codec.quic.QuicTransportError;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import io.netty.util.concurrent.ScheduledFuture;
import io.tributary.libp2p.HostLog;
import io.tributary.libp2p.muxer.CloseReason;
import io.tributary.libp2p.muxer.ConnectionBudget;
import io.tributary.libp2p.muxer.ConnectionQueue;
import io.tributary.libp2p.muxer.MuxedConnection;
import io.tributary.libp2p.muxer.MuxerListener;
import io.tributary.libp2p.muxer.MuxerStats;
import io.tributary.libp2p.muxer.StreamRefusedException;
import io.tributary.libp2p.stream.ByteStream;
import io.tributary.libp2p.stream.ResetReason;
import io.tributary.libp2p.stream.StreamReset;
import io.tributary.libp2p.transport.TransportConnection;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One established QUIC connection: its streams, who of them may send next, and its end.
 *
 * <p>Streams that have something to send stand in a queue. At the end of the event loop's turn each
 * hands QUIC a share by its weight, then goes to the queue's end, as long as QUIC takes more; so
 * streams share what congestion control lets pass.
 */
final class QuicConnection implements MuxedConnection, TransportConnection.Start {
  /** What its kind of muxing is called. */
  static final String MUXER = "quic";

  /** Resets after which a connection takes no more streams, where Netty can't forget them. */
  private static final int MAX_UNFORGOTTEN = 16_384;

  /** How often streams are looked at that the engine may have ended without a word. */
  private static final Duration CHECK_INTERVAL = Duration.ofSeconds(1);

  private static final Logger log = LoggerFactory.getLogger(QuicConnection.class);

  private final QuicChannel channel;
  private final QuicOptions options;
  private final QuicKeepAlive keepAlive;
  private final Set<QuicStream> streams = new HashSet<>();
  private final ArrayDeque<QuicStream> ready = new ArrayDeque<>();
  private final ArrayDeque<Promise<ByteStream>> waitingOpens = new ArrayDeque<>(0);
  private final ArrayDeque<QuicStreamChannel> early = new ArrayDeque<>(0);
  private final Runnable sendTurn = this::sendTurn;
  private final AtomicLong inbound = new AtomicLong();
  private final AtomicLong outbound = new AtomicLong();
  private final AtomicLong bytesReceived = new AtomicLong();
  private final AtomicLong bytesSent = new AtomicLong();
  private final ConnectionBudget budget;
  private final ConnectionQueue queue;
  private @Nullable MuxerListener listener;
  private @Nullable CloseReason ending;
  private @Nullable ScheduledFuture<?> checks;
  private int unforgotten;
  private boolean turnScheduled;
  private boolean closingGracefully;
  private volatile boolean open = true;

  QuicConnection(QuicChannel channel, QuicParts parts) {
    this.channel = channel;
    this.options = parts.options();
    this.queue = new ConnectionQueue(parts.sendBudget());
    this.budget =
        new ConnectionBudget(
            parts.receiveBudget(),
            /* maxGrownBytes= */ 0,
            options.receiving().maxHeldBytes(),
            channel.eventLoop(),
            () -> streams);
    this.keepAlive =
        new QuicKeepAlive(
            channel, options.times(), this::openStream, () -> end(CloseReason.KEEP_ALIVE_TIMEOUT));
  }

  ChannelHandler channelHandler() {
    return new Events();
  }

  QuicOptions options() {
    return options;
  }

  // Its start

  @Override
  public MuxedConnection attach(MuxerListener owner) {
    listener = owner;
    keepAlive.start();
    checks =
        eventLoop()
            .scheduleWithFixedDelay(
                this::checkStreams,
                CHECK_INTERVAL.toNanos(),
                CHECK_INTERVAL.toNanos(),
                TimeUnit.NANOSECONDS);
    for (QuicStreamChannel each = early.poll(); each != null; each = early.poll()) {
      accept(each);
    }
    if (!open) {
      owner.onClosed(ending == null ? CloseReason.CONNECTION_LOST : ending);
    }
    return this;
  }

  @Override
  public EventLoop eventLoop() {
    return channel.eventLoop();
  }

  @Override
  public void close() {
    close(CloseReason.CLOSED_LOCALLY);
  }

  void onLoop(Runnable action) {
    if (eventLoop().inEventLoop()) {
      action.run();
    } else {
      eventLoop().execute(action);
    }
  }

  // Opening streams

  @Override
  public Future<ByteStream> openStream() {
    Promise<ByteStream> promise = eventLoop().newPromise();
    onLoop(() -> openOrWait(promise));
    return promise;
  }

  private void openOrWait(Promise<ByteStream> promise) {
    if (!open) {
      refuse(promise, StreamRefusedException.Reason.CONNECTION_CLOSED);
    } else if (closingGracefully) {
      refuse(promise, StreamRefusedException.Reason.GOING_AWAY);
    } else if (outbound.get() >= options.streams().maxOutbound()) {
      refuse(promise, StreamRefusedException.Reason.TOO_MANY_STREAMS);
    } else if (waitingOpens.isEmpty() && mayOpen()) {
      open(promise);
    } else if (waitingOpens.size() < options.streams().maxWaitingOpens()) {
      waitingOpens.add(promise);
    } else {
      refuse(promise, StreamRefusedException.Reason.BACKLOG_FULL);
    }
  }

  private static void refuse(Promise<ByteStream> promise, StreamRefusedException.Reason reason) {
    promise.tryFailure(new StreamRefusedException(reason));
  }

  private boolean mayOpen() {
    return channel.peerAllowedStreams(QuicStreamType.BIDIRECTIONAL) > 0;
  }

  private void open(Promise<ByteStream> promise) {
    if (promise.isCancelled()) {
      return;
    }
    Future<QuicStreamChannel> opened =
        channel.createStream(QuicStreamType.BIDIRECTIONAL, new ChannelInboundHandlerAdapter());
    if (!opened.isSuccess()) {
      log.debug("QUIC opens no stream", opened.cause());
      refuse(promise, StreamRefusedException.Reason.TOO_MANY_STREAMS);
      return;
    }
    QuicStream stream = newStream(opened.getNow(), true);
    if (!promise.trySuccess(stream)) {
      stream.reset(StreamReset.NO_CODE);
    }
  }

  private void openWaiting() {
    while (open && !waitingOpens.isEmpty() && mayOpen()) {
      open(waitingOpens.remove());
    }
  }

  private QuicStream newStream(QuicStreamChannel made, boolean byThisSide) {
    QuicStream stream = new QuicStream(this, made, byThisSide);
    streams.add(stream);
    add(byThisSide ? outbound : inbound, 1);
    made.pipeline().addLast(stream.channelHandler());
    return stream;
  }

  private void accept(QuicStreamChannel made) {
    MuxerListener owner = listener;
    if (made.isLocalCreated()) {
      // One of ours that was reset: its last words came late.
      EndedStreams.forget(made);
      return;
    }
    if (owner == null) {
      early.add(made);
      return;
    }
    QuicStream stream = newStream(made, false);
    eventLoop().register(made);
    if (!open || closingGracefully) {
      stream.resetHere(ResetReason.CONNECTION_CLOSED, StreamReset.NO_CODE);
      return;
    }
    try {
      owner.onInboundStream(stream);
    } catch (RuntimeException e) {
      HostLog.noHandler(stream.id(), e);
      stream.resetHere(ResetReason.HANDLER_FAILED, StreamReset.NO_CODE);
    }
  }

  /** A stream has ended and gives up its place. */
  void onEnded(QuicStream stream) {
    if (!streams.remove(stream)) {
      return;
    }
    add(stream.isInitiator() ? outbound : inbound, -1);
    if (open && closingGracefully && streams.isEmpty()) {
      end(CloseReason.CLOSED_LOCALLY);
    }
  }

  private void checkStreams() {
    if (open && !streams.isEmpty()) {
      List.copyOf(streams).forEach(QuicStream::checkAlive);
    }
  }

  /** A stream was given up, of which the channel does not learn by itself. */
  void onAbandoned(QuicStreamChannel stream) {
    if (!EndedStreams.forget(stream)) {
      unforgotten++;
      if (unforgotten >= MAX_UNFORGOTTEN) {
        closeGracefully();
      }
    }
  }

  // Sending

  /** Lets a stream have its turn. */
  void enter(QuicStream stream) {
    if (stream.isQueued) {
      return;
    }
    stream.isQueued = true;
    ready.add(stream);
    if (!turnScheduled) {
      turnScheduled = true;
      eventLoop().execute(sendTurn);
    }
  }

  private void sendTurn() {
    turnScheduled = false;
    for (QuicStream stream = ready.poll(); stream != null; stream = ready.poll()) {
      stream.isQueued = false;
      if (stream.send(options.sending().quantumBytes())) {
        stream.isQueued = true;
        ready.add(stream);
      }
    }
  }

  // Counting

  /** Adds to a number that only the event loop changes. */
  private static void add(AtomicLong number, long delta) {
    number.lazySet(number.get() + delta);
  }

  void onSent(long bytes) {
    add(bytesSent, bytes);
  }

  void onReceived(long bytes) {
    add(bytesReceived, bytes);
  }

  /** Counts received bytes that wait; over the budget, a stream that holds most is reset. */
  void hold(long bytes) {
    budget.hold(bytes);
  }

  void release(long bytes) {
    if (bytes > 0) {
      budget.release(bytes);
    }
  }

  /** Counts bytes that wait to be sent, or, if negative, no longer do. */
  void queued(long bytes) {
    queue.add(bytes);
  }

  /** Up to how many queued bytes a stream is writable now; any thread may ask. */
  int highWaterBytes() {
    return queue.highWaterBytes(options.sending().highWaterBytes());
  }

  /** At how many queued bytes a stream becomes writable again now. */
  int lowWaterBytes() {
    return queue.lowWaterBytes(options.sending().lowWaterBytes());
  }

  @Override
  public MuxerStats stats() {
    long roundTrip = keepAlive.roundTripNanos();
    return new MuxerStats(
        (int) inbound.get(),
        (int) outbound.get(),
        bytesReceived.get(),
        bytesSent.get(),
        budget.heldBytes(),
        roundTrip == 0 ? OptionalLong.empty() : OptionalLong.of(roundTrip));
  }

  @Override
  public Future<Duration> ping() {
    Promise<Duration> promise = eventLoop().newPromise();
    onLoop(() -> keepAlive.ping(promise));
    return promise;
  }

  // The end

  @Override
  public boolean isOpen() {
    return open;
  }

  @Override
  public void close(CloseReason reason) {
    onLoop(() -> end(reason));
  }

  @Override
  public void closeGracefully() {
    onLoop(
        () -> {
          closingGracefully = true;
          failWaiting(StreamRefusedException.Reason.GOING_AWAY);
          if (streams.isEmpty()) {
            end(CloseReason.CLOSED_LOCALLY);
          }
        });
  }

  private void failWaiting(StreamRefusedException.Reason reason) {
    for (Promise<ByteStream> each = waitingOpens.poll(); each != null; each = waitingOpens.poll()) {
      refuse(each, reason);
    }
  }

  private void end(CloseReason reason) {
    if (!open) {
      return;
    }
    open = false;
    ending = reason;
    ScheduledFuture<?> running = checks;
    if (running != null) {
      running.cancel(false);
    }
    keepAlive.stop(new StreamRefusedException(StreamRefusedException.Reason.CONNECTION_CLOSED));
    failWaiting(StreamRefusedException.Reason.CONNECTION_CLOSED);
    // Before the streams, whose channels would tell the peer of an orderly end of each; and always,
    // since the engine keeps native memory until its channel is closed.
    channel.close(
        true,
        CloseCode.of(reason),
        reason == CloseReason.CLOSED_LOCALLY
            ? Unpooled.EMPTY_BUFFER
            : Unpooled.copiedBuffer(reason.name(), StandardCharsets.US_ASCII));
    for (QuicStream stream : List.copyOf(streams)) {
      stream.end(StreamReset.of(ResetReason.CONNECTION_CLOSED));
    }
    budget.end();
    MuxerListener owner = listener;
    if (owner != null) {
      owner.onClosed(reason);
    }
  }

  private final class Events extends ChannelInboundHandlerAdapter {

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
      if (message instanceof QuicStreamChannel made) {
        accept(made);
      } else if (message instanceof ByteBuf datagram) {
        datagram.release();
      }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
      if (event instanceof QuicConnectionCloseEvent close) {
        // Later: what came with it is delivered first.
        CloseReason reason = CloseCode.reason(close);
        eventLoop().execute(() -> end(reason));
      } else if (event instanceof QuicStreamLimitChangedEvent) {
        openWaiting();
      }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      QuicTransportError error = cause instanceof QuicException quic ? quic.error() : null;
      if (error == null) {
        log.debug("QUIC connection with {}", channel.remoteSocketAddress(), cause);
        return;
      }
      log.debug("QUIC connection with {} is broken", channel.remoteSocketAddress(), cause);
      CloseReason reason = CloseCode.reason(error);
      eventLoop().execute(() -> end(reason));
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
      end(channel.isTimedOut() ? CloseReason.KEEP_ALIVE_TIMEOUT : CloseReason.CONNECTION_LOST);
    }
  }
}
