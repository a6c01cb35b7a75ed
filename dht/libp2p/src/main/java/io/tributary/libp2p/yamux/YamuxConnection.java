package io.tributary.libp2p.yamux;

import static java.util.concurrent.TimeUnit.NANOSECONDS;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.DecoderException;
import io.netty.util.collection.IntObjectHashMap;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import io.netty.util.concurrent.ScheduledFuture;
import io.tributary.libp2p.HostLog;
import io.tributary.libp2p.muxer.CloseReason;
import io.tributary.libp2p.muxer.ConnectionBudget;
import io.tributary.libp2p.muxer.ConnectionQueue;
import io.tributary.libp2p.muxer.LoopCounter;
import io.tributary.libp2p.muxer.MuxedConnection;
import io.tributary.libp2p.muxer.MuxerListener;
import io.tributary.libp2p.muxer.MuxerStats;
import io.tributary.libp2p.muxer.ReceiveBudget;
import io.tributary.libp2p.muxer.SendBudget;
import io.tributary.libp2p.muxer.StreamRefusedException;
import io.tributary.libp2p.security.SecureChannelException;
import io.tributary.libp2p.stream.ByteStream;
import io.tributary.libp2p.stream.ResetReason;
import io.tributary.libp2p.stream.StreamReset;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.OptionalLong;
import java.util.concurrent.RejectedExecutionException;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One Yamux connection: its table of streams, and what each kind of frame does to them. */
final class YamuxConnection implements MuxedConnection, FrameSink {

  private static final Logger log = LoggerFactory.getLogger(YamuxConnection.class);

  private final Channel channel;
  private final boolean initiator;
  private final MuxerListener listener;
  private final YamuxOptions options;
  private final ConnectionBudget budget;
  private final ConnectionQueue queue;
  private final YamuxDecoder decoder = new YamuxDecoder(this);
  private final KeepAlive keepAlive;
  private final IntObjectHashMap<YamuxStream> streams = new IntObjectHashMap<>();
  private final ArrayDeque<Promise<ByteStream>> waitingOpens = new ArrayDeque<>();
  private final LoopCounter inbound = new LoopCounter();
  private final LoopCounter outbound = new LoopCounter();
  private final LoopCounter bytesReceived = new LoopCounter();
  private @Nullable YamuxSender sender;
  private @Nullable YamuxStream receiving;
  private boolean finAfterPayload;
  private int nextId;
  private int unacknowledgedOutbound;
  private int wasted;
  private long provenWindowBytes;
  private @Nullable CloseReason peerGoAway;
  private boolean closingGracefully;
  private volatile boolean open = true;

  YamuxConnection(
      Channel channel,
      boolean initiator,
      MuxerListener listener,
      YamuxOptions options,
      ReceiveBudget hostBudget,
      SendBudget sendBudget) {
    this.channel = channel;
    this.initiator = initiator;
    this.listener = listener;
    this.options = options;
    this.budget =
        new ConnectionBudget(
            hostBudget,
            options.receiving().maxGrownBytes(),
            options.receiving().maxHeldBytes(),
            this::onLoop,
            streams::values);
    this.queue = new ConnectionQueue(sendBudget);
    this.nextId = initiator ? 1 : 2;
    this.keepAlive =
        new KeepAlive(
            channel.eventLoop(),
            options.times(),
            value ->
                sender().control(YamuxHeader.PING, YamuxHeader.SYN, YamuxHeader.CONNECTION, value),
            () -> wasted = 0,
            () -> end(CloseReason.KEEP_ALIVE_TIMEOUT));
  }

  ChannelHandler channelHandler() {
    return new Inbound();
  }

  YamuxSender sender() {
    YamuxSender current = sender;
    if (current == null) {
      throw new IllegalStateException("the muxer is not attached to its channel");
    }
    return current;
  }

  YamuxOptions.Sending sending() {
    return options.sending();
  }

  ByteBufAllocator allocator() {
    return channel.alloc();
  }

  @Override
  public EventLoop eventLoop() {
    return channel.eventLoop();
  }

  @Override
  public boolean isOpen() {
    return open;
  }

  @Override
  public MuxerStats stats() {
    long smoothed = keepAlive.roundTrip().smoothedNanos();
    return new MuxerStats(
        (int) inbound.get(),
        (int) outbound.get(),
        bytesReceived.get(),
        sender == null ? 0 : sender.bytesSent(),
        budget.heldBytes(),
        smoothed == 0 ? OptionalLong.empty() : OptionalLong.of(smoothed));
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
      promise.tryFailure(refused(StreamRefusedException.Reason.CONNECTION_CLOSED));
    } else if (closingGracefully || peerGoAway != null) {
      promise.tryFailure(refused(StreamRefusedException.Reason.GOING_AWAY));
    } else if (outbound.get() >= options.streams().maxOutbound()) {
      promise.tryFailure(refused(StreamRefusedException.Reason.TOO_MANY_STREAMS));
    } else if (nextId < 0) {
      promise.tryFailure(refused(StreamRefusedException.Reason.IDS_EXHAUSTED));
    } else if (unacknowledgedOutbound < options.streams().ackBacklog()) {
      YamuxStream stream = newStream(nextId, true);
      nextId += 2;
      if (!promise.trySuccess(stream)) {
        stream.end(StreamReset.of(ResetReason.RESET_BY_CALLER));
      }
    } else if (waitingOpens.size() < options.streams().maxWaitingOpens()) {
      waitingOpens.add(promise);
    } else {
      promise.tryFailure(refused(StreamRefusedException.Reason.BACKLOG_FULL));
    }
  }

  private static StreamRefusedException refused(StreamRefusedException.Reason reason) {
    return new StreamRefusedException(reason);
  }

  private YamuxStream newStream(int id, boolean byThisSide) {
    ReceiveWindow window =
        new ReceiveWindow(
            budget, options.receiving().maxWindowBytes(), eventLoop().ticker().nanoTime());
    YamuxStream stream = new YamuxStream(this, id, byThisSide, window);
    streams.put(id, stream);
    if (byThisSide) {
      outbound.add(1);
      unacknowledgedOutbound++;
    } else {
      inbound.add(1);
    }
    return stream;
  }

  /** A stream has ended and gives up its place. */
  void onEnded(YamuxStream stream) {
    streams.remove(stream.frameId());
    if (stream.isInitiator()) {
      outbound.add(-1);
      if (!stream.isAcknowledged()) {
        unacknowledgedOutbound--;
        openWaiting();
      }
    } else {
      inbound.add(-1);
    }
    if (open && streams.isEmpty() && waitingOpens.isEmpty()) {
      if (closingGracefully) {
        end(CloseReason.CLOSED_LOCALLY);
      } else if (peerGoAway != null) {
        end(peerGoAway);
      }
    }
  }

  private void openWaiting() {
    if (open && unacknowledgedOutbound < options.streams().ackBacklog()) {
      Promise<ByteStream> waiting = waitingOpens.poll();
      if (waiting != null) {
        openOrWait(waiting);
      }
    }
  }

  // Memory

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

  /** Counts consumed bytes of a stream and returns the credit to send. */
  long consume(ReceiveWindow window, long bytes) {
    long credit =
        window.consume(
            bytes,
            eventLoop().ticker().nanoTime(),
            keepAlive.roundTrip().leastNanos(),
            provenWindowBytes);
    provenWindowBytes = Math.max(provenWindowBytes, window.size());
    return credit;
  }

  // Frames

  @Override
  public boolean onData(int streamId, int flags, long length) throws YamuxException {
    YamuxStream stream = streamOf(streamId, flags);
    if (length > options.receiving().maxWindowBytes()) {
      throw new YamuxException(CloseReason.WINDOW_OVERFLOW, "a frame of " + length + " bytes");
    }
    if (stream == null || endedByReset(stream, flags, StreamReset.NO_CODE)) {
      return false;
    }
    if (length > 0) {
      if (stream.isFinReceived()) {
        stream.resetHere(ResetReason.PROTOCOL_VIOLATION, StreamReset.NO_CODE);
        return false;
      }
      if (!stream.receive(length)) {
        throw new YamuxException(
            CloseReason.WINDOW_OVERFLOW, length + " bytes exceed the credit of " + stream.id());
      }
    }
    receiving = stream;
    finAfterPayload = (flags & YamuxHeader.FIN) != 0;
    return true;
  }

  @Override
  public void onPayload(ByteBuf piece) {
    YamuxStream stream = receiving;
    int bytes = piece.readableBytes();
    long before = bytesReceived.get();
    bytesReceived.add(bytes);
    if (before < ReceiveWindow.INITIAL_BYTES / 4
        && before + bytes >= ReceiveWindow.INITIAL_BYTES / 4) {
      // Enough has come for windows to matter, and they grow by the round trip.
      keepAlive.ping();
    }
    if (stream == null || !open) {
      piece.release();
    } else {
      stream.onPayload(piece);
    }
  }

  @Override
  public void onDataEnd() {
    YamuxStream stream = receiving;
    receiving = null;
    if (stream != null && finAfterPayload) {
      stream.onFin();
    }
  }

  @Override
  public void onWindowUpdate(int streamId, int flags, long delta) throws YamuxException {
    YamuxStream stream = streamOf(streamId, flags);
    if (stream == null || endedByReset(stream, flags, delta)) {
      return;
    }
    if (!stream.addCredit(delta)) {
      throw new YamuxException(
          CloseReason.CREDIT_OVERFLOW, delta + " bytes more for " + stream.id());
    }
    if ((flags & YamuxHeader.FIN) != 0) {
      stream.onFin();
    }
  }

  private boolean endedByReset(YamuxStream stream, int flags, long code) throws YamuxException {
    boolean reset = (flags & YamuxHeader.RST) != 0;
    if (reset) {
      boolean unanswered = !stream.isInitiator() && !stream.isAcknowledged();
      stream.end(new StreamReset(ResetReason.RESET_BY_PEER, code));
      if (unanswered) {
        // Opening and resetting in one breath costs a peer nothing and this side a stream.
        countWasted();
      }
    }
    return reset;
  }

  /** The stream a frame is of; null if it has ended, never was, or is refused. */
  private @Nullable YamuxStream streamOf(int streamId, int flags) throws YamuxException {
    YamuxStream stream = (flags & YamuxHeader.SYN) != 0 ? accept(streamId) : streams.get(streamId);
    if (stream != null
        && (flags & YamuxHeader.ACK) != 0
        && stream.isInitiator()
        && stream.acknowledgedByPeer()) {
      unacknowledgedOutbound--;
      openWaiting();
    }
    return stream;
  }

  private @Nullable YamuxStream accept(int streamId) throws YamuxException {
    boolean odd = (streamId & 1) == 1;
    if (odd == initiator) {
      throw new YamuxException(
          CloseReason.INVALID_STREAM_ID, Integer.toUnsignedString(streamId) + " is of this side");
    }
    if (streams.containsKey(streamId)) {
      throw new YamuxException(
          CloseReason.INVALID_STREAM_ID, Integer.toUnsignedString(streamId) + " is in use");
    }
    // A backlog is of streams that nobody has taken, and here each is taken at once. Peers that
    // heed none, as js, open more than a backlog's in one read.
    if (!open || closingGracefully || inbound.get() >= options.streams().maxInbound()) {
      countWasted();
      sender().control(YamuxHeader.WINDOW_UPDATE, YamuxHeader.RST, streamId, 0);
      return null;
    }
    YamuxStream stream = newStream(streamId, false);
    try {
      listener.onInboundStream(stream);
    } catch (RuntimeException e) {
      HostLog.noHandler(stream.id(), e);
      stream.resetHere(ResetReason.HANDLER_FAILED, StreamReset.NO_CODE);
    }
    if (!streams.containsKey(streamId)) {
      countWasted();
      return null;
    }
    return stream;
  }

  /** Counts a stream of the peer that was for nothing, and ends the connection if they are many. */
  private void countWasted() throws YamuxException {
    wasted++;
    if (wasted > options.streams().maxRefusals()) {
      throw new YamuxException(
          CloseReason.STREAM_FLOOD, wasted + " streams for nothing in one interval");
    }
  }

  @Override
  public void onPing(int flags, int value) throws YamuxException {
    if ((flags & YamuxHeader.SYN) != 0) {
      sender().control(YamuxHeader.PING, YamuxHeader.ACK, YamuxHeader.CONNECTION, value);
    } else if ((flags & YamuxHeader.ACK) != 0) {
      keepAlive.onPong(value);
    } else {
      throw new YamuxException(CloseReason.MALFORMED_FRAME, "a ping that neither asks nor answers");
    }
  }

  @Override
  public void onGoAway(long code) {
    if (peerGoAway != null) {
      return;
    }
    peerGoAway =
        code == 0
            ? CloseReason.CLOSED_BY_PEER
            : code == 1
                ? CloseReason.PEER_REPORTED_PROTOCOL_ERROR
                : CloseReason.PEER_REPORTED_INTERNAL_ERROR;
    failWaiting(StreamRefusedException.Reason.GOING_AWAY);
    listener.onGoAway();
    // With an error the peer has given up its streams; without one it lets them end.
    if (streams.isEmpty() || code != 0) {
      end(peerGoAway);
    }
  }

  // Pinging and ending

  @Override
  public Future<Duration> ping() {
    if (eventLoop().inEventLoop()) {
      return open
          ? keepAlive.ping()
          : eventLoop().newFailedFuture(refused(StreamRefusedException.Reason.CONNECTION_CLOSED));
    }
    Promise<Duration> promise = eventLoop().newPromise();
    eventLoop()
        .execute(
            () ->
                ping()
                    .addListener(
                        (Future<Duration> result) -> {
                          if (result.isSuccess()) {
                            promise.trySuccess(result.getNow());
                          } else {
                            promise.tryFailure(result.cause());
                          }
                        }));
    return promise;
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
          if (open && streams.isEmpty()) {
            end(CloseReason.CLOSED_LOCALLY);
          }
        });
  }

  private void failWaiting(StreamRefusedException.Reason reason) {
    for (var waiting = waitingOpens.poll(); waiting != null; waiting = waitingOpens.poll()) {
      waiting.tryFailure(refused(reason));
    }
  }

  private void end(CloseReason reason) {
    if (!open) {
      return;
    }
    open = false;
    StreamRefusedException closed = refused(StreamRefusedException.Reason.CONNECTION_CLOSED);
    keepAlive.stop(closed);
    failWaiting(closed.reason());
    StreamReset reset = StreamReset.of(ResetReason.CONNECTION_CLOSED);
    for (YamuxStream stream : streams.values().toArray(new YamuxStream[0])) {
      if (!stream.isOnlyUndelivered()) {
        stream.end(reset);
      }
    }
    budget.end();
    sender().close(reason.goAwayCode());
    if (channel.isActive()) {
      ScheduledFuture<?> forced =
          eventLoop()
              .schedule(this::closeChannel, options.times().closeTimeout().toNanos(), NANOSECONDS);
      channel.closeFuture().addListener(ignored -> forced.cancel(false));
      channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
    }
    listener.onClosed(reason);
  }

  private void closeChannel() {
    channel.close();
  }

  /** Runs an action on the event loop; one that comes after the loop's end is dropped. */
  void onLoop(Runnable action) {
    if (eventLoop().inEventLoop()) {
      action.run();
      return;
    }
    try {
      eventLoop().execute(action);
    } catch (RejectedExecutionException e) {
      log.debug("the event loop of {} has ended", channel);
    }
  }

  /** The connection's place in the channel's pipeline. */
  private final class Inbound extends ChannelInboundHandlerAdapter {

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
      sender = new YamuxSender(ctx, options.sending(), YamuxConnection.this::close);
      keepAlive.start();
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object msg) {
      ByteBuf in = (ByteBuf) msg;
      if (!open) {
        in.release();
        return;
      }
      sender().onReadBegins();
      keepAlive.onRead();
      try {
        decoder.decode(in);
      } catch (YamuxException e) {
        log.debug("closing {}: {}, {}", channel, e.reason(), e.getMessage());
        end(e.reason());
      }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
      sender().onReadComplete();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
      if (ctx.channel().isWritable()) {
        sender().drain();
      }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
      end(peerGoAway == null ? CloseReason.CONNECTION_LOST : peerGoAway);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      CloseReason reason = reasonOf(cause);
      if (reason == CloseReason.INTERNAL_ERROR) {
        HostLog.closing(channel, reason, cause);
      } else {
        log.debug("closing {}: {}", channel, reason, cause);
      }
      end(reason);
    }

    private static CloseReason reasonOf(Throwable cause) {
      if (cause instanceof SecureChannelException failure) {
        return failure.reason() == SecureChannelException.Reason.CONNECTION_CLOSED
            ? CloseReason.CONNECTION_LOST
            : CloseReason.CHANNEL_FAILED;
      }
      if (cause instanceof SSLException || cause instanceof DecoderException) {
        return CloseReason.CHANNEL_FAILED;
      }
      return cause instanceof IOException
          ? CloseReason.CONNECTION_LOST
          : CloseReason.INTERNAL_ERROR;
    }
  }
}
