package io.tributary.libp2p.transport.quic;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.ChannelOutputShutdownException;
import io.netty.handler.codec.quic.DefaultQuicStreamFrame;
import io.netty.handler.codec.quic.QuicStreamChannel;
import io.netty.handler.codec.quic.QuicStreamResetException;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.ScheduledFuture;
import io.tributary.libp2p.HostLog;
import io.tributary.libp2p.muxer.ConnectionBudget;
import io.tributary.libp2p.muxer.HeldPieces;
import io.tributary.libp2p.stream.ByteStream;
import io.tributary.libp2p.stream.ResetReason;
import io.tributary.libp2p.stream.StreamHandler;
import io.tributary.libp2p.stream.StreamReset;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLongFieldUpdater;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One bidirectional QUIC stream (RFC 9000 sections 2 and 3).
 *
 * <pre>
 *   closeWrite                         STREAM with FIN, after all data
 *   reset(code)                        RESET_STREAM and STOP_SENDING, both with the code
 *   onEndOfInput                       STREAM with FIN came, and all before it
 *   onReset(RESET_BY_PEER, code)       RESET_STREAM came, or STOP_SENDING while bytes were left
 * </pre>
 *
 * A peer that only has no use for more bytes says STOP_SENDING and ends its own side in order, as
 * go-libp2p does with each stream it closes; that is no reset as long as nothing is left to say.
 *
 * <p>Only {@link #queuedBytes} is shared between threads; all else belongs to the event loop, and
 * calls from elsewhere are passed to it.
 */
final class QuicStream implements ByteStream, ConnectionBudget.Holder {

  private static final Logger log = LoggerFactory.getLogger(QuicStream.class);

  private static final AtomicLongFieldUpdater<QuicStream> QUEUED =
      AtomicLongFieldUpdater.newUpdater(QuicStream.class, "queuedBytes");

  /** Queued pieces shorter than this are gathered into one, lest each becomes a datagram. */
  private static final int GATHER_BYTES = 2048;

  /** Up to so many bytes are gathered. */
  private static final int GATHERED_BYTES = 16 * 1024;

  private static final int MIN_READ_BYTES = 1024;
  private static final int FIRST_READ_BYTES = 4096;

  /** The largest single read. */
  static final int MAX_READ_BYTES = 128 * 1024;

  private final QuicConnection connection;
  private final QuicStreamChannel channel;
  private final boolean initiator;

  private @Nullable StreamHandler handler;
  private @Nullable StreamReset undeliveredReset;
  private @Nullable ScheduledFuture<?> deadline;
  private boolean ended;

  // Sending.
  /** Whether it stands in the connection's queue. */
  boolean isQueued;

  private final ArrayDeque<ByteBuf> outgoing = new ArrayDeque<>(4);
  private final ChannelFutureListener onHanded = this::onHanded;
  private final ChannelFutureListener onLastHanded = this::onLastHanded;
  private volatile long queuedBytes;
  private long outgoingBytes;
  private int weight = DEFAULT_WEIGHT;
  private boolean notifyWritable;
  private boolean finWanted;
  private boolean finSent;
  private boolean finHanded;
  private boolean stopped;

  // Receiving.
  private final HeldPieces incoming = new HeldPieces();
  private long unreportedBytes;
  private boolean autoRead = true;
  private boolean creditOnReturn = true;
  private boolean delivering;
  private boolean paused;
  private boolean finReceived;
  private boolean endDelivered;

  QuicStream(QuicConnection connection, QuicStreamChannel channel, boolean initiator) {
    this.connection = connection;
    this.channel = channel;
    this.initiator = initiator;
    channel
        .config()
        .setAllowHalfClosure(true)
        .setRecvByteBufAllocator(
            new AdaptiveRecvByteBufAllocator(MIN_READ_BYTES, FIRST_READ_BYTES, MAX_READ_BYTES));
  }

  ChannelHandler channelHandler() {
    return new Events();
  }

  @Override
  public long id() {
    return channel.streamId();
  }

  @Override
  public boolean isInitiator() {
    return initiator;
  }

  @Override
  public EventLoop eventLoop() {
    return connection.eventLoop();
  }

  @Override
  public ByteBufAllocator allocator() {
    return channel.alloc();
  }

  private QuicOptions.Sending sending() {
    return connection.options().sending();
  }

  // Sending

  @Override
  public boolean write(ByteBuf data) {
    int bytes = data.readableBytes();
    boolean writable = QUEUED.addAndGet(this, bytes) < connection.highWaterBytes();
    if (eventLoop().inEventLoop()) {
      enqueue(data, bytes, writable);
      return writable;
    }
    try {
      eventLoop().execute(() -> enqueue(data, bytes, writable));
      return writable;
    } catch (RejectedExecutionException e) {
      data.release();
      return false;
    }
  }

  private void enqueue(ByteBuf data, int bytes, boolean writable) {
    if (bytes == 0 || ended || finWanted) {
      data.release();
      QUEUED.addAndGet(this, -bytes);
      return;
    }
    if (stopped) {
      data.release();
      QUEUED.addAndGet(this, -bytes);
      bytesAreLost();
      return;
    }
    outgoing.add(data);
    outgoingBytes += bytes;
    connection.queued(bytes);
    if (!writable) {
      notifyWritable = true;
      if (outgoingBytes > sending().boundBytes()) {
        resetHere(ResetReason.SEND_BOUND_PASSED, StreamReset.NO_CODE);
        return;
      }
    }
    enterIfSendable();
  }

  private void enterIfSendable() {
    if (!ended && (outgoingBytes > 0 ? channel.isWritable() : finWanted && !finSent)) {
      connection.enter(this);
    }
  }

  @Override
  public boolean isWritable() {
    return queuedBytes < connection.highWaterBytes();
  }

  @Override
  public long writableBytes() {
    return Math.max(0, connection.highWaterBytes() - queuedBytes);
  }

  @Override
  public void closeWrite() {
    connection.onLoop(
        () -> {
          if (!ended && !finWanted) {
            finWanted = true;
            if (stopped) {
              finSent = true;
              onFinHanded();
            } else {
              enterIfSendable();
            }
          }
        });
  }

  /**
   * Hands QUIC the next bytes.
   *
   * @param quantumBytes how many if the weight is the default
   * @return whether it would take more at once
   */
  boolean send(int quantumBytes) {
    long left = Math.max(1, (long) quantumBytes * weight / DEFAULT_WEIGHT);
    while (!ended && !stopped && outgoingBytes > 0 && left > 0 && channel.isWritable()) {
      ByteBuf piece = nextPiece(Math.min(left, Math.max(1, channel.bytesBeforeUnwritable())));
      int bytes = piece.readableBytes();
      outgoingBytes -= bytes;
      left -= bytes;
      boolean last = finWanted && outgoingBytes == 0;
      finSent |= last;
      hand(last ? new DefaultQuicStreamFrame(piece, true) : piece, last);
      onSent(bytes);
    }
    if (!ended && !stopped && outgoingBytes == 0 && finWanted && !finSent) {
      finSent = true;
      hand(new DefaultQuicStreamFrame(Unpooled.EMPTY_BUFFER, true), true);
    }
    return !ended && !stopped && outgoingBytes > 0 && channel.isWritable();
  }

  private void hand(Object piece, boolean last) {
    // Not the channel's void promise, which hears nothing of pieces that waited in vain.
    ChannelFuture handed = channel.write(piece);
    if (!handed.isSuccess()) {
      handed.addListener(last ? onLastHanded : onHanded);
    } else if (last) {
      onFinHanded();
    }
  }

  private void onHanded(Future<? super Void> handed) {
    if (handed.cause() instanceof ChannelOutputShutdownException) {
      onStopped();
    }
  }

  private void onLastHanded(Future<? super Void> handed) {
    if (handed.isSuccess()) {
      onFinHanded();
    } else {
      onHanded(handed);
    }
  }

  private void onFinHanded() {
    finHanded = true;
    endIfClosed();
  }

  private ByteBuf nextPiece(long maxBytes) {
    ByteBuf head = outgoing.element();
    int bytes = head.readableBytes();
    if (bytes > maxBytes) {
      return head.readRetainedSlice((int) maxBytes);
    }
    if (bytes >= GATHER_BYTES || outgoing.size() == 1) {
      return outgoing.remove();
    }
    int room = (int) Math.min(GATHERED_BYTES, Math.min(maxBytes, outgoingBytes));
    ByteBuf gathered = allocator().directBuffer(room, room);
    while (!outgoing.isEmpty() && outgoing.element().readableBytes() <= gathered.writableBytes()) {
      ByteBuf piece = outgoing.remove();
      gathered.writeBytes(piece);
      piece.release();
    }
    return gathered;
  }

  private void onSent(int bytes) {
    connection.onSent(bytes);
    connection.queued(-bytes);
    long queued = QUEUED.addAndGet(this, -bytes);
    if (notifyWritable && queued < connection.lowWaterBytes()) {
      notifyWritable = false;
      StreamHandler current = handler;
      if (current != null && !ended && !finWanted) {
        try {
          current.onWritable();
        } catch (RuntimeException e) {
          handlerFailed(e);
        }
      }
    }
  }

  /** The peer takes no more bytes; QUIC has given up this side, so not even an end goes out. */
  private void onStopped() {
    if (stopped || ended) {
      return;
    }
    stopped = true;
    if (outgoingBytes > 0) {
      bytesAreLost();
    } else if (finWanted) {
      finSent = true;
      onFinHanded();
    }
  }

  /** Looks whether the engine has ended the stream without a word. */
  void checkAlive() {
    if (finHanded && finReceived) {
      return;
    }
    EndedStreams.State state = EndedStreams.state(channel);
    if (state == EndedStreams.State.GONE && !finReceived) {
      end(StreamReset.of(ResetReason.RESET_BY_PEER));
    } else if (state != EndedStreams.State.ALIVE && !finHanded) {
      onStopped();
    }
  }

  /** What the peer has sent in the same breath, its end above all, is delivered first. */
  private void bytesAreLost() {
    eventLoop().execute(() -> resetHere(ResetReason.RESET_BY_PEER, StreamReset.NO_CODE));
  }

  @Override
  public void weight(int newWeight) {
    if (newWeight < MIN_WEIGHT || newWeight > MAX_WEIGHT) {
      throw new IllegalArgumentException(
          "weight " + newWeight + " is outside " + MIN_WEIGHT + ".." + MAX_WEIGHT);
    }
    connection.onLoop(() -> weight = newWeight);
  }

  // Receiving

  @Override
  public void handler(StreamHandler newHandler) {
    connection.onLoop(
        () -> {
          handler = newHandler;
          StreamReset reset = undeliveredReset;
          if (reset != null) {
            undeliveredReset = null;
            newHandler.onReset(reset);
          } else {
            deliver();
          }
        });
  }

  private void onPayload(ByteBuf piece) {
    int bytes = piece.readableBytes();
    connection.onReceived(bytes);
    if (ended) {
      piece.release();
      return;
    }
    StreamHandler current = handler;
    if (current != null && autoRead && incoming.isEmpty() && !delivering) {
      delivering = true;
      try {
        handOver(current, piece, false);
      } finally {
        delivering = false;
      }
      if (!incoming.isEmpty()) {
        deliver();
      }
    } else {
      incoming.add(piece, allocator());
      connection.hold(bytes);
    }
    pauseOrResume();
  }

  /** Takes bytes from QUIC, and so gives credit, only as long as few are held. */
  private void pauseOrResume() {
    if (ended || finReceived) {
      return;
    }
    long held = heldBytes();
    int bound = connection.options().receiving().readAheadBytes();
    if (!paused && held >= bound) {
      paused = true;
      channel.config().setAutoRead(false);
    } else if (paused && held <= bound / 2) {
      paused = false;
      channel.config().setAutoRead(true);
    }
  }

  private void deliver() {
    if (delivering) {
      return;
    }
    delivering = true;
    try {
      while (autoRead && !ended) {
        StreamHandler current = handler;
        ByteBuf piece = current == null ? null : incoming.poll();
        if (current == null || piece == null) {
          break;
        }
        handOver(current, piece, true);
      }
    } finally {
      delivering = false;
    }
    deliverEnd();
    pauseOrResume();
  }

  private void handOver(StreamHandler current, ByteBuf piece, boolean held) {
    int bytes = piece.readableBytes();
    if (creditOnReturn) {
      if (held) {
        connection.release(bytes);
      }
    } else {
      unreportedBytes += bytes;
      if (!held) {
        connection.hold(bytes);
        if (ended) {
          piece.release();
          return;
        }
      }
    }
    try {
      current.onData(piece);
    } catch (RuntimeException e) {
      handlerFailed(e);
    }
  }

  private void onFin() {
    if (finReceived || ended) {
      return;
    }
    finReceived = true;
    deliverEnd();
  }

  private void deliverEnd() {
    StreamHandler current = handler;
    if (!finReceived
        || endDelivered
        || ended
        || delivering
        || current == null
        || !incoming.isEmpty()) {
      return;
    }
    endDelivered = true;
    try {
      current.onEndOfInput();
    } catch (RuntimeException e) {
      handlerFailed(e);
    }
    endIfClosed();
  }

  @Override
  public void autoRead(boolean on) {
    connection.onLoop(
        () -> {
          autoRead = on;
          if (on) {
            deliver();
          }
        });
  }

  @Override
  public void creditOnReturn(boolean on) {
    connection.onLoop(() -> creditOnReturn = on);
  }

  @Override
  public void credit(int bytes) {
    if (bytes < 0) {
      throw new IllegalArgumentException("credit of " + bytes + " bytes");
    }
    connection.onLoop(
        () -> {
          if (ended) {
            return;
          }
          long reported = Math.min(bytes, unreportedBytes);
          unreportedBytes -= reported;
          connection.release(reported);
          pauseOrResume();
        });
  }

  /** Received bytes that have not been consumed. */
  @Override
  public long heldBytes() {
    return incoming.bytes() + unreportedBytes;
  }

  @Override
  public void giveUp() {
    resetHere(ResetReason.RECEIVE_BUDGET_EXHAUSTED, StreamReset.NO_CODE);
  }

  // Ending

  @Override
  public void deadline(Duration fromNow) {
    connection.onLoop(
        () -> {
          cancelDeadline();
          if (!ended) {
            deadline =
                eventLoop()
                    .schedule(
                        () -> resetHere(ResetReason.DEADLINE_PASSED, StreamReset.NO_CODE),
                        fromNow.toNanos(),
                        TimeUnit.NANOSECONDS);
          }
        });
  }

  @Override
  public void clearDeadline() {
    connection.onLoop(this::cancelDeadline);
  }

  private void cancelDeadline() {
    ScheduledFuture<?> current = deadline;
    if (current != null) {
      current.cancel(false);
      deadline = null;
    }
  }

  @Override
  public void reset(long code) {
    StreamReset reset = new StreamReset(ResetReason.RESET_BY_CALLER, code);
    connection.onLoop(() -> resetHere(reset.reason(), reset.code()));
  }

  /** Ends the stream and tells the peer. */
  void resetHere(ResetReason reason, long code) {
    if (!ended) {
      abandon(code);
      end(new StreamReset(reason, code));
    }
  }

  /** Tells the peer that neither side of the stream goes on. */
  private void abandon(long code) {
    // The engine's interface has 31 bits for a code; QUIC has 62.
    channel.shutdown((int) (code > Integer.MAX_VALUE ? StreamReset.NO_CODE : code));
  }

  /** Ends the stream without a word to the peer. */
  void end(StreamReset reset) {
    if (ended) {
      return;
    }
    release();
    leave();
    StreamHandler current = handler;
    if (current == null) {
      undeliveredReset = reset;
      return;
    }
    try {
      current.onReset(reset);
    } catch (RuntimeException e) {
      HostLog.handlerFailedAtReset(id(), e);
    }
  }

  /** Lets QUIC free what it has of the stream, which its own end would not. */
  private void leave() {
    channel.close();
    connection.onAbandoned(channel);
  }

  private void endIfClosed() {
    if (!finHanded || !endDelivered || ended) {
      return;
    }
    release();
    if (stopped) {
      leave();
    }
    StreamHandler current = handler;
    if (current != null) {
      try {
        current.onClosed();
      } catch (RuntimeException e) {
        HostLog.handlerFailedAtEnd(id(), e);
      }
    }
  }

  private void release() {
    ended = true;
    cancelDeadline();
    long dropped = outgoingBytes;
    outgoingBytes = 0;
    QUEUED.addAndGet(this, -dropped);
    connection.queued(-dropped);
    drop(outgoing);
    connection.release(heldBytes());
    unreportedBytes = 0;
    incoming.clear();
    connection.onEnded(this);
  }

  private static void drop(ArrayDeque<ByteBuf> queue) {
    for (ByteBuf buffer = queue.poll(); buffer != null; buffer = queue.poll()) {
      buffer.release();
    }
  }

  private void handlerFailed(RuntimeException cause) {
    HostLog.handlerFailed(id(), cause);
    resetHere(ResetReason.HANDLER_FAILED, StreamReset.NO_CODE);
  }

  /** What QUIC says of the stream. */
  private final class Events extends ChannelInboundHandlerAdapter {

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
      onPayload((ByteBuf) message);
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
      // Nobody behind wants to know.
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
      if (event == ChannelInputShutdownEvent.INSTANCE) {
        onFin();
      }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
      enterIfSendable();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      if (cause instanceof QuicStreamResetException reset) {
        onResetByPeer(reset.applicationProtocolCode());
      } else if (!ended) {
        log.debug("stream {} failed", id(), cause);
        resetHere(ResetReason.CONNECTION_CLOSED, StreamReset.NO_CODE);
      }
    }

    private void onResetByPeer(long code) {
      if (!ended) {
        abandon(StreamReset.NO_CODE);
        end(
            new StreamReset(
                ResetReason.RESET_BY_PEER,
                code < 0 || code > StreamReset.MAX_CODE ? StreamReset.NO_CODE : code));
      }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
      if (!finHanded || !finReceived) {
        end(StreamReset.of(ResetReason.CONNECTION_CLOSED));
      }
    }
  }
}
