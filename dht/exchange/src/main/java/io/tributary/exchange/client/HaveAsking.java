package io.tributary.exchange.client;

import io.netty.buffer.ByteBuf;
import io.netty.util.concurrent.Future;
import io.tributary.content.FragmentHash;
import io.tributary.exchange.Breakage;
import io.tributary.exchange.MalformedExchangeException;
import io.tributary.exchange.Status;
import io.tributary.exchange.wire.HaveCodec;
import io.tributary.exchange.wire.HaveCodec.Answer;
import io.tributary.exchange.wire.MessageReader;
import io.tributary.libp2p.Host;
import io.tributary.libp2p.Stream;
import io.tributary.libp2p.stream.StreamHandler;
import io.tributary.libp2p.stream.StreamReset;
import java.time.Duration;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** The asking side of {@code /tributary/have/1.0.0}. Confined to its stream's event loop. */
final class HaveAsking implements StreamHandler {
  private final Stream stream;
  private final int count;
  private final CompletableFuture<BitSet> result;
  private final MessageReader reader =
      new MessageReader(HaveCodec.HEAD_BYTES, HaveCodec::answerBytes, this::onAnswer);

  private HaveAsking(Stream stream, int count, CompletableFuture<BitSet> result) {
    this.stream = stream;
    this.count = count;
    this.result = result;
  }

  static CompletableFuture<BitSet> ask(
      Host host, Provider provider, List<FragmentHash> fragments, Duration deadline) {
    CompletableFuture<BitSet> result = new CompletableFuture<>();
    byte[] question = HaveCodec.encode(fragments);
    host.newControlStream(provider.peer(), provider.addresses(), List.of(HaveCodec.PROTOCOL))
        .addListener(
            (Future<Stream> opened) -> {
              if (opened.isSuccess()) {
                new HaveAsking(opened.getNow(), fragments.size(), result).send(question, deadline);
              } else {
                result.completeExceptionally(
                    new FetchException(
                        Breakage.UNREACHABLE, provider.peer() + " is not reached", opened.cause()));
              }
            });
    return result;
  }

  private void send(byte[] question, Duration deadline) {
    stream.handler(this);
    stream.deadline(deadline);
    result.whenComplete(
        (held, failure) -> {
          if (result.isCancelled()) {
            stream.reset(StreamReset.NO_CODE);
          }
        });
    stream.write(stream.allocator().directBuffer(question.length).writeBytes(question));
    stream.closeWrite();
  }

  @Override
  public void onData(ByteBuf data) {
    try {
      if (result.isDone()) {
        stream.reset(StreamReset.NO_CODE);
      } else {
        reader.read(data);
      }
    } catch (MalformedExchangeException e) {
      fail(Breakage.BAD_ANSWER, e.what());
      stream.reset(StreamReset.NO_CODE);
    } finally {
      data.release();
    }
  }

  private boolean onAnswer(byte[] bytes) {
    Answer answer = HaveCodec.decodeAnswer(bytes);
    if (answer.status() != Status.OK) {
      result.completeExceptionally(
          new FetchException(answer.status(), "said by " + stream.connection().remotePeer()));
    } else if (answer.count() != count) {
      throw new MalformedExchangeException("an answer of " + answer.count() + " bits");
    } else {
      result.complete(answer.held());
    }
    return false;
  }

  private void fail(Breakage why, String what) {
    result.completeExceptionally(
        new FetchException(why, stream.connection().remotePeer() + ": " + what));
  }

  @Override
  public void onEndOfInput() {
    fail(Breakage.BAD_ANSWER, "an end without an answer");
  }

  @Override
  public void onReset(StreamReset reset) {
    Breakage why =
        switch (reset.reason()) {
          case DEADLINE_PASSED -> Breakage.DEADLINE_PASSED;
          case PROTOCOL_UNSUPPORTED -> Breakage.UNSUPPORTED;
          case CONNECTION_CLOSED -> Breakage.CONNECTION_LOST;
          default -> Breakage.BROKEN_OFF;
        };
    fail(why, "no answer: " + reset.reason());
  }
}
