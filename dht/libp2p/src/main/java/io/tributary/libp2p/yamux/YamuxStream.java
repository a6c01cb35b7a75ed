package io.tributary.libp2p.yamux;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.EventLoop;
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

/**
 * One Yamux stream.
 *
 * <pre>
 *            SYN sent/received
 *                  |
 *                open ---- FIN sent ----> write side closed --+
 *                  |                                          | FIN received
 *                  +------ FIN received -> read side closed --+ FIN sent
 *                  |                                          v
 *             RST, either way, at any time               closed, gone
 * </pre>
 *
 * Only {@link #queuedBytes} and {@link #askedInVain} are shared between threads; all else belongs
 * to the event loop, and calls from elsewhere are passed to it.
 */
final class YamuxStream extends SendScheduler.Flow implements ByteStream, ConnectionBudget.Holder {

  private static final AtomicLongFieldUpdater<YamuxStream> QUEUED =
      AtomicLongFieldUpdater.newUpdater(YamuxStream.class, "queuedBytes");

  /** A frame no longer than this is written as one buffer, which is cheaper than two. */
  private static final int COPY_BYTES = 1024;

  private final YamuxConnection connection;
  private final int id;
  private final boolean initiator;

  private @Nullable StreamHandler handler;
  private @Nullable StreamReset undeliveredReset;
  private @Nullable ScheduledFuture<?> deadline;
  private boolean ended;

  // Sending.
  private final ArrayDeque<ByteBuf> outgoing = new ArrayDeque<>(4);
  private volatile long queuedBytes;
  private volatile boolean askedInVain;
  private long outgoingBytes;
  private long sendWindow = ReceiveWindow.INITIAL_BYTES;
  private int weight = DEFAULT_WEIGHT;
  private boolean notifyWritable;
  private boolean opened;
  private boolean acknowledged;
  private boolean finWanted;
  private boolean finSent;

  // Receiving.
  private final HeldPieces incoming = new HeldPieces();
  private final ReceiveWindow window;
  private long unreportedBytes;
  private boolean autoRead = true;
  private boolean creditOnReturn = true;
  private boolean delivering;
  private boolean finReceived;
  private boolean endDelivered;

  YamuxStream(YamuxConnection connection, int id, boolean initiator, ReceiveWindow window) {
    this.connection = connection;
    this.id = id;
    this.initiator = initiator;
    this.window = window;
  }

  @Override
  public long id() {
    return Integer.toUnsignedLong(id);
  }

  int frameId() {
    return id;
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
    return connection.allocator();
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
    outgoing.add(data);
    outgoingBytes += bytes;
    connection.queued(bytes);
    if (!writable) {
      notifyWritable = true;
      if (outgoingBytes > connection.sending().boundBytes()) {
        resetHere(ResetReason.SEND_BOUND_PASSED, StreamReset.NO_CODE);
        return;
      }
    }
    if (sendWindow > 0) {
      connection.sender().enter(this);
    }
  }

  @Override
  public boolean isWritable() {
    return writableBytes() > 0;
  }

  @Override
  public long writableBytes() {
    long room = connection.highWaterBytes() - queuedBytes;
    if (room <= 0) {
      // The mark may have sunk since the last write, which then promised no event. First the flag,
      // then a second look: whatever is still queued now will be sent with the flag seen.
      askedInVain = true;
      room = connection.highWaterBytes() - queuedBytes;
    }
    return Math.max(0, room);
  }

  @Override
  public void closeWrite() {
    onLoop(
        () -> {
          if (!ended && !finWanted) {
            finWanted = true;
            if (outgoing.isEmpty()) {
              connection.sender().enter(this);
            }
          }
        });
  }

  @Override
  boolean hasWork() {
    return !ended && (outgoingBytes > 0 ? sendWindow > 0 : finWanted && !finSent);
  }

  @Override
  long quantum(int defaultBytes) {
    return Math.max(1, (long) defaultBytes * weight / DEFAULT_WEIGHT);
  }

  /**
   * Writes the next frame: data as far as credit and the frame's size allow or, after all data, the
   * end of the stream.
   *
   * <p>A frame bears one flag at most, and the end has a frame of its own: some peers look for no
   * second flag, and js drops the data of a frame that also ends the stream.
   *
   * @return the bytes of payload written
   */
  int sendFrame(ChannelHandlerContext ctx, int maxPayloadBytes) {
    int flags = 0;
    if (initiator && !opened) {
      opened = true;
      flags = YamuxHeader.SYN;
    } else if (!initiator && !acknowledged) {
      takeAcknowledgement();
      flags = YamuxHeader.ACK;
    }
    if (outgoingBytes == 0 && flags == 0) {
      ByteBuf end = ctx.alloc().directBuffer(YamuxHeader.BYTES);
      YamuxHeader.write(end, YamuxHeader.WINDOW_UPDATE, YamuxHeader.FIN, id, 0);
      YamuxSender.write(ctx, end);
      finSent = true;
      endIfClosed();
      return 0;
    }
    int bytes = (int) Math.min(Math.min(outgoingBytes, sendWindow), maxPayloadBytes);
    writeFrame(ctx, flags, bytes);
    outgoingBytes -= bytes;
    sendWindow -= bytes;
    if (bytes > 0) {
      connection.queued(-bytes);
      onSent(bytes);
    }
    return bytes;
  }

  private void writeFrame(ChannelHandlerContext ctx, int flags, int bytes) {
    boolean small = bytes <= COPY_BYTES;
    ByteBuf frame = ctx.alloc().directBuffer(YamuxHeader.BYTES + (small ? bytes : 0));
    YamuxHeader.write(frame, YamuxHeader.DATA, flags, id, bytes);
    if (!small) {
      YamuxSender.write(ctx, frame);
    }
    int left = bytes;
    while (left > 0) {
      ByteBuf head = outgoing.element();
      int readable = head.readableBytes();
      int taken = Math.min(readable, left);
      left -= taken;
      if (small) {
        frame.writeBytes(head, taken);
        if (taken == readable) {
          outgoing.remove().release();
        }
      } else if (taken == readable) {
        YamuxSender.write(ctx, outgoing.remove());
      } else {
        YamuxSender.write(ctx, head.readRetainedSlice(taken));
      }
    }
    if (small) {
      YamuxSender.write(ctx, frame);
    }
  }

  private void onSent(int bytes) {
    long queued = QUEUED.addAndGet(this, -bytes);
    if ((notifyWritable || askedInVain) && queued < connection.lowWaterBytes()) {
      notifyWritable = false;
      askedInVain = false;
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

  /** The peer gave credit. Returns false if it is more than a window can hold. */
  boolean addCredit(long bytes) {
    sendWindow += bytes;
    if (sendWindow > StreamReset.MAX_CODE) {
      return false;
    }
    if (outgoingBytes > 0) {
      connection.sender().enter(this);
    }
    return true;
  }

  /** Whether the opening is still to be acknowledged by a frame of its own. */
  boolean takeAcknowledgement() {
    if (acknowledged || ended) {
      return false;
    }
    acknowledged = true;
    return true;
  }

  /** Whether the opening needs no acknowledgement any more. */
  boolean isSettled() {
    return acknowledged || ended;
  }

  /** The peer acknowledged the opening. */
  boolean acknowledgedByPeer() {
    boolean first = !acknowledged;
    acknowledged = true;
    return first;
  }

  boolean isAcknowledged() {
    return acknowledged;
  }

  @Override
  public void weight(int newWeight) {
    if (newWeight < MIN_WEIGHT || newWeight > MAX_WEIGHT) {
      throw new IllegalArgumentException(
          "weight " + newWeight + " is outside " + MIN_WEIGHT + ".." + MAX_WEIGHT);
    }
    onLoop(() -> weight = newWeight);
  }

  // Receiving

  @Override
  public void handler(StreamHandler newHandler) {
    onLoop(
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

  /** Counts the payload of a frame about to come; false if it exceeds the credit. */
  boolean receive(long bytes) {
    if (!window.receive(bytes)) {
      return false;
    }
    if (!initiator && !acknowledged) {
      connection.sender().acknowledge(this);
    }
    return true;
  }

  boolean isFinReceived() {
    return finReceived;
  }

  /** Takes a piece of payload. */
  void onPayload(ByteBuf piece) {
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
      return;
    }
    int bytes = piece.readableBytes();
    incoming.add(piece, allocator());
    connection.hold(bytes);
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
  }

  private void handOver(StreamHandler current, ByteBuf piece, boolean held) {
    int bytes = piece.readableBytes();
    boolean consumed = creditOnReturn;
    if (!consumed) {
      unreportedBytes += bytes;
      if (!held) {
        connection.hold(bytes);
        if (ended) {
          piece.release();
          return;
        }
      }
    } else if (held) {
      connection.release(bytes);
    }
    try {
      current.onData(piece);
    } catch (RuntimeException e) {
      handlerFailed(e);
    }
    if (consumed) {
      consume(bytes);
    }
  }

  private void consume(long bytes) {
    if (ended || finReceived) {
      return;
    }
    long credit = connection.consume(window, bytes);
    if (credit > 0) {
      connection.sender().control(YamuxHeader.WINDOW_UPDATE, takeFlagForUpdate(), id, (int) credit);
    }
  }

  private int takeFlagForUpdate() {
    return !initiator && takeAcknowledgement() ? YamuxHeader.ACK : 0;
  }

  /** The peer closed its side. */
  void onFin() {
    if (finReceived || ended) {
      return;
    }
    finReceived = true;
    if (!initiator && !acknowledged) {
      connection.sender().acknowledge(this);
    }
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
    onLoop(
        () -> {
          autoRead = on;
          if (on) {
            deliver();
          }
        });
  }

  @Override
  public void creditOnReturn(boolean on) {
    onLoop(() -> creditOnReturn = on);
  }

  @Override
  public void credit(int bytes) {
    if (bytes < 0) {
      throw new IllegalArgumentException("credit of " + bytes + " bytes");
    }
    onLoop(
        () -> {
          if (ended) {
            return;
          }
          long reported = Math.min(bytes, unreportedBytes);
          unreportedBytes -= reported;
          connection.release(reported);
          consume(reported);
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
    onLoop(
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
    onLoop(this::cancelDeadline);
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
    onLoop(() -> resetHere(reset.reason(), reset.code()));
  }

  /** Ends the stream and tells the peer, if it knows of it. */
  void resetHere(ResetReason reason, long code) {
    if (ended) {
      return;
    }
    if (!initiator || opened) {
      connection.sender().control(YamuxHeader.WINDOW_UPDATE, YamuxHeader.RST, id, (int) code);
    }
    end(new StreamReset(reason, code));
  }

  /** Ends the stream without a word to the peer, which knows. */
  void end(StreamReset reset) {
    if (ended) {
      return;
    }
    release();
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

  /** Whether only the delivery of what has arrived is missing. */
  boolean isOnlyUndelivered() {
    return finSent && finReceived;
  }

  private void endIfClosed() {
    if (!finSent || !endDelivered || ended) {
      return;
    }
    release();
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
    connection.sender().remove(this);
    long dropped = outgoingBytes;
    outgoingBytes = 0;
    QUEUED.addAndGet(this, -dropped);
    connection.queued(-dropped);
    drop(outgoing);
    connection.release(heldBytes());
    unreportedBytes = 0;
    incoming.clear();
    window.close();
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

  private void onLoop(Runnable action) {
    connection.onLoop(action);
  }
}
