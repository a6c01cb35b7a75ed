package io.tributary.libp2p.yamux;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.tributary.libp2p.muxer.CloseReason;
import io.tributary.libp2p.muxer.LoopCounter;
import java.util.ArrayDeque;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The sending half of a connection: frames without payload go first, then streams in the
 * scheduler's order, as long as the channel takes them; all of a turn with few flushes. Lives on
 * the event loop.
 */
final class YamuxSender {

  /** Payload written between two flushes, so that encryption and the peer's work overlap. */
  private static final int FLUSH_BYTES = 256 * 1024;

  private static final int CONTROL_BYTES = 512;

  /** Waiting acknowledgements at which those of ended streams are first looked for. */
  private static final int MIN_SWEEP = 256;

  private final ChannelHandlerContext ctx;
  private final YamuxOptions.Sending options;
  private final SendScheduler scheduler;
  private final ArrayDeque<YamuxStream> unacknowledged = new ArrayDeque<>();
  private final LoopCounter bytesSent = new LoopCounter();
  private final Consumer<CloseReason> onFlood;
  private final Runnable drainTask = this::drainScheduled;
  private @Nullable ByteBuf control;
  private boolean inRead;
  private boolean draining;
  private boolean scheduled;
  private boolean closed;
  private int sweepAt = MIN_SWEEP;

  YamuxSender(
      ChannelHandlerContext ctx, YamuxOptions.Sending options, Consumer<CloseReason> onFlood) {
    this.ctx = ctx;
    this.options = options;
    this.onFlood = onFlood;
    this.scheduler = new SendScheduler(options.frameBytes());
  }

  /** Queues a frame without payload. */
  void control(int type, int flags, int streamId, int length) {
    if (closed) {
      return;
    }
    ByteBuf buffer = control;
    if (buffer == null) {
      buffer = ctx.alloc().directBuffer(CONTROL_BYTES, options.maxControlBytes());
      control = buffer;
    }
    if (buffer.readableBytes() + YamuxHeader.BYTES > options.maxControlBytes()) {
      if (!ctx.channel().isWritable()) {
        onFlood.accept(CloseReason.CONTROL_FLOOD);
        return;
      }
      control = null;
      write(ctx, buffer);
      control(type, flags, streamId, length);
      return;
    }
    YamuxHeader.write(buffer, type, flags, streamId, length);
    flushSoon();
  }

  /** Enters a stream that has something to send. */
  void enter(YamuxStream stream) {
    scheduler.add(stream);
    flushSoon();
  }

  /** Enters an inbound stream whose opening is to be acknowledged, with data if it has any. */
  void acknowledge(YamuxStream stream) {
    if (unacknowledged.size() >= sweepAt) {
      // While the channel takes nothing, a peer may open and reset streams without end.
      unacknowledged.removeIf(YamuxStream::isSettled);
      sweepAt = Math.max(MIN_SWEEP, 2 * unacknowledged.size());
    }
    unacknowledged.add(stream);
    flushSoon();
  }

  void remove(YamuxStream stream) {
    scheduler.remove(stream);
  }

  void onReadBegins() {
    inRead = true;
  }

  void onReadComplete() {
    inRead = false;
    drain();
  }

  private void flushSoon() {
    if (!inRead && !draining && !scheduled) {
      scheduled = true;
      ctx.executor().execute(drainTask);
    }
  }

  private void drainScheduled() {
    scheduled = false;
    drain();
  }

  /** Sends what the channel takes. */
  void drain() {
    if (draining || closed) {
      return;
    }
    draining = true;
    boolean exhausted;
    try {
      exhausted = drainTurn();
    } finally {
      draining = false;
    }
    if (!exhausted && ctx.channel().isWritable() && !closed) {
      flushSoon();
    }
  }

  /** Sends at most a turn's bytes. Returns whether nothing is left to send. */
  private boolean drainTurn() {
    int left = options.turnBytes();
    while (left > 0) {
      if (closed || !ctx.channel().isWritable()) {
        return false;
      }
      boolean wrote = writeControl();
      int batch = 0;
      SendScheduler.Flow flow = null;
      while (batch < FLUSH_BYTES && (flow = scheduler.next()) != null) {
        int sent = ((YamuxStream) flow).sendFrame(ctx, options.frameBytes() - YamuxHeader.BYTES);
        bytesSent.add(sent);
        int charged = sent + YamuxHeader.BYTES;
        scheduler.charge(flow, charged);
        batch += charged;
      }
      if (wrote || batch > 0) {
        ctx.flush();
      }
      if (flow == null && control == null && unacknowledged.isEmpty()) {
        return true;
      }
      left -= Math.max(batch, 1);
    }
    return false;
  }

  private boolean writeControl() {
    for (int i = unacknowledged.size(); i > 0; i--) {
      YamuxStream stream = unacknowledged.remove();
      if (stream.takeAcknowledgement()) {
        control(YamuxHeader.WINDOW_UPDATE, YamuxHeader.ACK, stream.frameId(), 0);
      }
    }
    ByteBuf buffer = control;
    if (buffer == null) {
      return false;
    }
    control = null;
    write(ctx, buffer);
    return true;
  }

  /** Writes without a promise; a failure reaches the pipeline's end as an exception. */
  static void write(ChannelHandlerContext ctx, ByteBuf data) {
    ctx.write(data, ctx.voidPromise());
  }

  /** Stops, sends a last frame and returns. */
  void close(int goAwayCode) {
    if (ctx.channel().isActive()) {
      control(YamuxHeader.GO_AWAY, 0, YamuxHeader.CONNECTION, goAwayCode);
      ByteBuf buffer = control;
      control = null;
      if (buffer != null) {
        write(ctx, buffer);
        ctx.flush();
      }
    }
    closed = true;
    if (control != null) {
      control.release();
      control = null;
    }
    unacknowledged.clear();
  }

  /** Inbound streams whose opening is to be acknowledged. */
  int waitingAcknowledgements() {
    return unacknowledged.size();
  }

  long bytesSent() {
    return bytesSent.get();
  }
}
