package io.tributary.exchange.server;

import io.netty.buffer.ByteBuf;
import io.tributary.exchange.ExchangeLog;
import io.tributary.exchange.MalformedExchangeException;
import io.tributary.exchange.Status;
import io.tributary.exchange.lane.LaneMessage;
import io.tributary.exchange.lane.LaneMessage.Closed;
import io.tributary.exchange.lane.LaneMessage.Open;
import io.tributary.exchange.lane.LaneMessage.Pay;
import io.tributary.exchange.server.ServedLanes.Opening;
import io.tributary.exchange.wire.LaneCodec;
import io.tributary.exchange.wire.MessageReader;
import io.tributary.libp2p.Stream;
import io.tributary.libp2p.multiformats.PeerId;
import io.tributary.libp2p.stream.ResetReason;
import io.tributary.libp2p.stream.StreamHandler;
import io.tributary.libp2p.stream.StreamReset;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The answering side of {@code /tributary/voucher/1.0.0}. Confined to its stream's event loop. */
final class LaneStream implements StreamHandler, ServedLane.Line {
  private static final Logger log = LoggerFactory.getLogger(LaneStream.class);

  private enum State {
    NEW,
    OPENING,
    OPEN,
    ENDED
  }

  private final Stream stream;
  private final ServedLanes lanes;
  private final PeerId self;
  private final MessageReader reader =
      new MessageReader(1, head -> LaneCodec.messageBytes(head[0]), this::onMessage);
  private State state = State.NEW;
  private Optional<ServedLane> lane = Optional.empty();

  LaneStream(Stream stream, ServedLanes lanes, PeerId self, ServerSettings settings) {
    this.stream = stream;
    this.lanes = lanes;
    this.self = self;
    stream.deadline(settings.openTimeout());
  }

  @Override
  public PeerId peer() {
    return stream.connection().remotePeer();
  }

  @Override
  public void say(LaneMessage message) {
    byte[] bytes = LaneCodec.encode(message);
    stream.write(stream.allocator().directBuffer(bytes.length).writeBytes(bytes));
  }

  @Override
  public void hangUp() {
    stream.closeWrite();
  }

  @Override
  public void onData(ByteBuf data) {
    try {
      reader.read(data);
    } catch (MalformedExchangeException e) {
      violated(e.what());
    } finally {
      data.release();
    }
    if (!stream.isWritable()) {
      // Who does not listen is not listened to.
      stream.autoRead(false);
    }
  }

  @Override
  public void onWritable() {
    stream.autoRead(true);
  }

  private void violated(String what) {
    log.debug("peer {} on a lane: {}", peer(), what);
    stream.abort(ResetReason.PROTOCOL_VIOLATION);
  }

  private boolean onMessage(byte[] bytes) {
    LaneMessage message = LaneCodec.decode(bytes);
    if (message instanceof Open open && state == State.NEW) {
      state = State.OPENING;
      open(open);
    } else if (message instanceof Pay pay && state == State.OPEN) {
      lane.ifPresent(each -> each.onPay(this, pay.voucher()));
    } else if (state != State.ENDED) {
      violated("a message that does not belong here");
      return false;
    }
    return true;
  }

  private void open(Open open) {
    try {
      lanes
          .computing()
          .execute(
              () -> {
                Opening opening = lanes.open(open, this, self);
                try {
                  stream.eventLoop().execute(() -> onOpened(opening, open));
                } catch (RejectedExecutionException e) {
                  if (opening instanceof Opening.Opened opened) {
                    opened.lane().detach(this);
                  }
                }
              });
    } catch (RejectedExecutionException e) {
      onOpened(new Opening.Refused(Status.BUSY), open);
    }
  }

  private void onOpened(Opening opening, Open open) {
    if (opening instanceof Opening.Opened opened) {
      if (state == State.ENDED) {
        opened.lane().detach(this);
        return;
      }
      state = State.OPEN;
      stream.clearDeadline();
      lane = Optional.of(opened.lane());
      opened.lane().meet(this, open.best());
    } else if (opening instanceof Opening.Refused refused && state != State.ENDED) {
      ExchangeLog.laneRefused(peer(), open.lane(), refused.status());
      say(new Closed(refused.status()));
      stream.closeWrite();
    }
  }

  @Override
  public void onEndOfInput() {
    stream.closeWrite();
  }

  @Override
  public void onReset(StreamReset reset) {
    end();
  }

  @Override
  public void onClosed() {
    end();
  }

  private void end() {
    state = State.ENDED;
    lane.ifPresent(each -> each.detach(this));
  }
}
