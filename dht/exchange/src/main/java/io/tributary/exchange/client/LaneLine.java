package io.tributary.exchange.client;

import io.netty.buffer.ByteBuf;
import io.netty.util.concurrent.Future;
import io.tributary.exchange.Breakage;
import io.tributary.exchange.MalformedExchangeException;
import io.tributary.exchange.Reason;
import io.tributary.exchange.lane.LaneMessage;
import io.tributary.exchange.wire.LaneCodec;
import io.tributary.exchange.wire.MessageReader;
import io.tributary.libp2p.Connection;
import io.tributary.libp2p.Stream;
import io.tributary.libp2p.stream.StreamHandler;
import io.tributary.libp2p.stream.StreamReset;
import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The asking side of {@code /tributary/voucher/1.0.0}: the stream on which a lane is open. Confined
 * to the connection's event loop, but for what is said.
 */
final class LaneLine implements StreamHandler {
  private static final Logger log = LoggerFactory.getLogger(LaneLine.class);

  private final PaidLane lane;
  private final Connection connection;
  private final MessageReader reader =
      new MessageReader(1, head -> LaneCodec.messageBytes(head[0]), this::onMessage);
  private volatile @Nullable Stream stream;
  private @Nullable ByteBuf unread;
  private boolean isBusy;
  private boolean isReading;
  private boolean isEnded;

  LaneLine(PaidLane lane, Connection connection) {
    this.lane = lane;
    this.connection = connection;
  }

  Connection connection() {
    return connection;
  }

  /** Opens the stream and says the first word; from any thread. */
  void open(LaneMessage first, Duration timeout) {
    connection
        .newStream(LaneCodec.PROTOCOL)
        .addListener(
            (Future<Stream> opened) -> {
              if (!opened.isSuccess()) {
                lane.onLineEnded(this, Breakage.CONNECTION_LOST);
                return;
              }
              Stream made = opened.getNow();
              stream = made;
              made.handler(this);
              made.deadline(timeout);
              say(first);
            });
  }

  /** Tells the payee; from any thread. */
  void say(LaneMessage message) {
    Stream to = stream;
    if (to != null) {
      byte[] bytes = LaneCodec.encode(message);
      to.write(to.allocator().directBuffer(bytes.length).writeBytes(bytes));
    }
  }

  /** Ends it for a reason; from any thread. */
  void end(Reason reason) {
    lane.onLineEnded(this, reason);
    Stream ended = stream;
    if (ended != null) {
      ended.reset(StreamReset.NO_CODE);
    }
  }

  @Override
  public void onData(ByteBuf data) {
    if (isEnded) {
      data.release();
      return;
    }
    unread = data;
    read();
  }

  /** Reads on, one message at a time, until one takes long. */
  private void read() {
    ByteBuf data = unread;
    if (isReading || data == null) {
      return;
    }
    isReading = true;
    try {
      while (!isBusy && !isEnded && data.isReadable()) {
        reader.read(data);
      }
    } catch (MalformedExchangeException e) {
      log.debug("peer {} on a lane: {}", connection.remotePeer(), e.what());
      end(Breakage.BAD_ANSWER);
    }
    isReading = false;
    Stream from = stream;
    if (isEnded || !data.isReadable()) {
      unread = null;
      data.release();
    }
    if (from != null) {
      from.autoRead(unread == null);
    }
  }

  private boolean onMessage(byte[] bytes) {
    LaneMessage message = LaneCodec.decode(bytes);
    Stream from = stream;
    if (message instanceof LaneMessage.Offer && from != null) {
      from.clearDeadline();
    }
    isBusy = true;
    lane.onMessage(this, message, this::resume);
    return false;
  }

  private void resume() {
    if (connection.eventLoop().inEventLoop()) {
      onResumed();
      return;
    }
    try {
      connection.eventLoop().execute(this::onResumed);
    } catch (RejectedExecutionException e) {
      log.debug("the event loop of a lane has ended");
    }
  }

  private void onResumed() {
    isBusy = false;
    read();
  }

  @Override
  public void onEndOfInput() {
    Stream ended = stream;
    if (ended != null) {
      ended.closeWrite();
    }
  }

  @Override
  public void onReset(StreamReset reset) {
    onEnd(
        switch (reset.reason()) {
          case PROTOCOL_UNSUPPORTED -> Breakage.UNSUPPORTED;
          case DEADLINE_PASSED -> Breakage.DEADLINE_PASSED;
          case CONNECTION_CLOSED -> Breakage.CONNECTION_LOST;
          default -> Breakage.BROKEN_OFF;
        });
  }

  @Override
  public void onClosed() {
    onEnd(Breakage.BROKEN_OFF);
  }

  private void onEnd(Reason reason) {
    isEnded = true;
    ByteBuf left = unread;
    unread = null;
    if (left != null && !isReading) {
      left.release();
    }
    lane.onLineEnded(this, reason);
  }
}
