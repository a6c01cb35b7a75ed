package io.tributary.exchange.server;

import io.netty.buffer.ByteBuf;
import io.tributary.exchange.ExchangeLog;
import io.tributary.exchange.MalformedExchangeException;
import io.tributary.exchange.Status;
import io.tributary.exchange.wire.HaveCodec;
import io.tributary.exchange.wire.HaveCodec.Answer;
import io.tributary.exchange.wire.MessageReader;
import io.tributary.libp2p.Stream;
import io.tributary.libp2p.stream.ResetReason;
import io.tributary.libp2p.stream.StreamHandler;
import io.tributary.libp2p.stream.StreamReset;
import java.util.BitSet;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Semaphore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The answering side of {@code /tributary/have/1.0.0}. Confined to its stream's event loop. */
final class HaveQuestion implements StreamHandler {
  private static final Logger log = LoggerFactory.getLogger(HaveQuestion.class);

  private final Stream stream;
  private final FragmentSource source;
  private final Semaphore room;
  private final MessageReader reader =
      new MessageReader(HaveCodec.HEAD_BYTES, HaveCodec::questionBytes, this::onQuestion);
  private boolean isAsked;
  private boolean isCounted;

  HaveQuestion(Stream stream, FragmentSource source, Semaphore room, ServerSettings settings) {
    this.stream = stream;
    this.source = source;
    this.room = room;
    stream.deadline(settings.openTimeout());
  }

  @Override
  public void onData(ByteBuf data) {
    try {
      if (isAsked) {
        stream.abort(ResetReason.PROTOCOL_VIOLATION);
      } else {
        reader.read(data);
      }
    } catch (MalformedExchangeException e) {
      log.debug("peer {} asks: {}", stream.connection().remotePeer(), e.what());
      answer(new Answer(Status.BAD_REQUEST, 0, new BitSet()));
    } finally {
      data.release();
    }
  }

  private boolean onQuestion(byte[] bytes) {
    isAsked = true;
    isCounted = room.tryAcquire();
    if (!isCounted) {
      answer(new Answer(Status.BUSY, 0, new BitSet()));
      return false;
    }
    var fragments = HaveCodec.decodeQuestion(bytes);
    CompletionStage<BitSet> found = source.held(fragments);
    found.whenComplete(
        (held, failure) -> {
          if (failure != null) {
            ExchangeLog.holdingsUnknown(failure);
            answer(new Answer(Status.INTERNAL_ERROR, 0, new BitSet()));
          } else {
            answer(new Answer(Status.OK, fragments.size(), held));
          }
        });
    return false;
  }

  private void answer(Answer answer) {
    isAsked = true;
    byte[] bytes = HaveCodec.encode(answer);
    stream.write(stream.allocator().directBuffer(bytes.length).writeBytes(bytes));
    stream.closeWrite();
  }

  @Override
  public void onEndOfInput() {
    if (!isAsked) {
      stream.reset(StreamReset.NO_CODE);
    }
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
    if (isCounted) {
      isCounted = false;
      room.release();
    }
  }
}
