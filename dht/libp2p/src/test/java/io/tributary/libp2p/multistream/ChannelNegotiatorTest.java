package io.tributary.libp2p.multistream;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.util.concurrent.MockTicker;
import io.netty.util.concurrent.Ticker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ChannelNegotiatorTest {
  private static final Duration DEADLINE = Duration.ofSeconds(10);

  private final MockTicker ticker = Ticker.newMockTicker();
  private final EmbeddedChannel channel = EmbeddedChannel.builder().ticker(ticker).build();
  private final List<String> outcome = new ArrayList<>();
  private final List<Byte> behind = new ArrayList<>();

  private void start() {
    ChannelNegotiator.start(
        channel,
        new Responder(Set.of("/a")),
        DEADLINE,
        new ChannelNegotiator.Callback() {
          @Override
          public void onAgreed(String protocol) {
            outcome.add(protocol);
            channel.pipeline().addLast(new Collector());
          }

          @Override
          public void onFailed(NegotiationException cause) {
            outcome.add(cause.failure().name());
          }
        });
  }

  @AfterEach
  void nothingIsLeft() {
    channel.finishAndReleaseAll();
    assertThat(outcome).as("outcomes").hasSize(1);
  }

  private void advance(Duration time) {
    ticker.advanceMillis(time.toMillis());
    channel.runScheduledPendingTasks();
  }

  private static ByteBuf proposal(String protocol) {
    ByteBuf in = Unpooled.buffer();
    Message.write(in, Message.HEADER);
    Message.write(in, protocol);
    return in;
  }

  @Test
  void bytesBehindTheAgreement_reachWhoeverWasAdded() {
    start();

    channel.writeInbound(proposal("/a").writeByte(7).writeByte(8));
    channel.writeInbound(Unpooled.buffer().writeByte(9));

    assertThat(outcome).containsExactly("/a");
    assertThat(behind).containsExactly((byte) 7, (byte) 8, (byte) 9);
    assertThat(channel.pipeline().get(ChannelNegotiator.class)).isNull();
  }

  @Test
  void silence_endsAtTheDeadline() {
    start();
    advance(DEADLINE.minusMillis(1));
    assertThat(outcome).isEmpty();

    advance(Duration.ofMillis(1));

    assertThat(outcome).containsExactly("TIMEOUT");
  }

  /** The deadline is of the whole talk: a byte now and then does not prolong it. */
  @Test
  void slowTalk_endsAtTheDeadline() {
    start();
    ByteBuf in = proposal("/no");
    for (int i = 0; i < 20 && outcome.isEmpty(); i++) {
      channel.writeInbound(in.readBytes(1));
      advance(Duration.ofSeconds(1));
    }
    in.release();

    assertThat(outcome).containsExactly("TIMEOUT");
  }

  @Test
  void agreement_stopsTheClock() {
    start();
    channel.writeInbound(proposal("/a"));

    advance(DEADLINE.multipliedBy(2));

    assertThat(outcome).containsExactly("/a");
  }

  @Test
  void endOfTheChannel_isToldOnce() {
    start();
    channel.close();
    advance(DEADLINE.multipliedBy(2));
    assertThat(outcome).containsExactly("CLOSED");
  }

  @Test
  void failureOfTheChannel_isTold() {
    start();
    channel.pipeline().fireExceptionCaught(new java.io.IOException("reset"));
    assertThat(outcome).containsExactly("CLOSED");
  }

  @Test
  void bytesAfterTheFailure_areDropped() {
    start();
    ByteBuf nonsense = Unpooled.buffer().writeByte(0);
    channel.writeInbound(nonsense);
    ByteBuf more = proposal("/a");

    channel.writeInbound(more);

    assertThat(outcome).containsExactly("MALFORMED_MESSAGE");
    assertThat(nonsense.refCnt() + more.refCnt()).isZero();
  }

  private final class Collector extends ChannelInboundHandlerAdapter {
    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
      ByteBuf data = (ByteBuf) message;
      while (data.isReadable()) {
        behind.add(data.readByte());
      }
      data.release();
    }
  }
}
