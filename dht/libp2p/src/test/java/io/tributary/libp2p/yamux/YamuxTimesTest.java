package io.tributary.libp2p.yamux;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import io.tributary.libp2p.muxer.CloseReason;
import io.tributary.libp2p.stream.ByteStream;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What time does to a connection, by a clock that the test moves. */
class YamuxTimesTest {
  private static final long INTERVAL = 30_000;
  private static final long TIMEOUT = 20_000;
  private static final long CLOSE = 2_000;
  private static final int MAX_REFUSALS = 5;

  private final YamuxSide side =
      new YamuxSide(
          false,
          YamuxOptions.defaults()
              .with(new YamuxOptions.Streams(2, 4, 2, 2, MAX_REFUSALS))
              .with(
                  new YamuxOptions.Times(
                      Duration.ofMillis(INTERVAL),
                      Duration.ofMillis(TIMEOUT),
                      Duration.ofMillis(CLOSE))));

  @AfterEach
  void close() {
    side.close();
  }

  private static String ping(int value) {
    return "0:2 1 0 " + value;
  }

  private void answer(int value) {
    side.receive(YamuxHeader.PING, YamuxHeader.ACK, 0, value);
  }

  @Test
  void peer_isPingedAtEachInterval() {
    side.advance(INTERVAL - 1);
    assertThat(side.sentFrames()).isEmpty();
    side.advance(1);
    assertThat(side.sentFrames()).containsExactly(ping(1));
    answer(1);
    side.advance(INTERVAL);
    assertThat(side.sentFrames()).containsExactly(ping(2));
  }

  @Test
  void silentPeer_isGivenUp() {
    side.advance(INTERVAL);
    side.advance(TIMEOUT - 1);
    assertThat(side.closed).isEmpty();
    side.sentFrames();

    side.advance(1);

    assertThat(side.closed).containsExactly(CloseReason.KEEP_ALIVE_TIMEOUT);
    assertThat(side.sentFrames()).containsExactly("0:3 0 0 2");
    assertThat(side.channel.isOpen()).isFalse();
  }

  /**
   * A slow path may have much to carry before the answer, and an answer is not all that proves
   * life.
   */
  @Test
  void peerThatOwesAnAnswer_butIsHeardOf_isNotGivenUp() {
    side.advance(INTERVAL);
    for (int i = 0; i < 10; i++) {
      side.advance(TIMEOUT - 1);
      side.receiveData(YamuxHeader.SYN, 2 * i + 1, 1);
      side.receive(YamuxHeader.WINDOW_UPDATE, YamuxHeader.FIN, 2 * i + 1, 0);
      side.accepted.get(i).closeWrite();
    }
    assertThat(side.closed).isEmpty();

    side.advance(TIMEOUT);

    assertThat(side.closed).containsExactly(CloseReason.KEEP_ALIVE_TIMEOUT);
  }

  @Test
  void answerThatWasNotAskedFor_isIgnored() {
    Future<Duration> ping = side.connection.ping();
    answer(77);
    assertThat(ping.isDone()).isFalse();

    side.advance(9);
    answer(1);

    assertThat(ping.getNow()).isEqualTo(Duration.ofMillis(9));
    answer(1);
    assertThat(side.closed).isEmpty();
    assertThat(side.connection.stats().roundTripNanos()).hasValue(9_000_000);
  }

  @Test
  void ping_underWay_isSharedByAllWhoAsk() {
    Future<Duration> one = side.connection.ping();
    Future<Duration> other = side.connection.ping();

    answer(1);

    assertThat(one.isSuccess()).isTrue();
    assertThat(other.isSuccess()).isTrue();
    assertThat(side.sentFrames()).containsExactly(ping(1));
  }

  @Test
  void ping_ofConnectionThatEnds_fails() {
    Future<Duration> ping = side.connection.ping();

    side.connection.close(CloseReason.CLOSED_LOCALLY);

    assertThat(ping.cause()).isNotNull();
    assertThat(side.connection.ping().cause()).isNotNull();
  }

  @Test
  void lastWordsThatNobodyTakes_delayTheEndByTheCloseTimeout() {
    side.channel.pipeline().addFirst(new Stuck());

    side.connection.close(CloseReason.CLOSED_LOCALLY);
    side.advance(CLOSE - 1);
    assertThat(side.channel.isOpen()).isTrue();
    side.advance(1);

    assertThat(side.channel.isOpen()).isFalse();
  }

  @Test
  void refusals_areCountedByInterval() {
    for (int interval = 0; interval < 3; interval++) {
      int first = 100 * interval + 1;
      for (int i = 0; i < 2; i++) {
        side.receive(YamuxHeader.WINDOW_UPDATE, YamuxHeader.SYN, first + 2 * i, 0);
      }
      for (int i = 2; i < 2 + MAX_REFUSALS; i++) {
        side.receive(YamuxHeader.WINDOW_UPDATE, YamuxHeader.SYN, first + 2 * i, 0);
      }
      assertThat(side.closed).isEmpty();
      side.accepted.forEach(each -> each.reset(0));
      side.advance(INTERVAL);
      answer(interval + 1);
    }
    for (int i = 0; i < 2 + MAX_REFUSALS + 1; i++) {
      side.receive(YamuxHeader.WINDOW_UPDATE, YamuxHeader.SYN, 1001 + 2 * i, 0);
    }
    assertThat(side.closed).containsExactly(CloseReason.STREAM_FLOOD);
  }

  @Test
  void streamAtItsDeadline_isReset_unlessTheDeadlineWasTakenAway() {
    side.receiveData(YamuxHeader.SYN, 1, 1);
    side.receiveData(YamuxHeader.SYN, 3, 1);
    ByteStream one = side.accepted.get(0);
    ByteStream other = side.accepted.get(1);
    one.deadline(Duration.ofSeconds(5));
    other.deadline(Duration.ofSeconds(5));
    other.clearDeadline();

    side.advance(5_000);

    assertThat(side.acceptedHandlers.get(0).events).containsExactly("reset DEADLINE_PASSED 0");
    assertThat(side.acceptedHandlers.get(1).events).isEmpty();
  }

  @Test
  void opensThatWait_getTheirTurn_orLearnOfTheEnd() {
    side.open().write(side.channel.alloc().buffer().writeByte(1));
    side.open().write(side.channel.alloc().buffer().writeByte(1));
    Future<ByteStream> third = side.connection.openStream();
    Future<ByteStream> fourth = side.connection.openStream();
    Future<ByteStream> fifth = side.connection.openStream();
    side.channel.runPendingTasks();
    assertThat(third.isDone()).isFalse();
    assertThat(fifth.cause()).hasMessageContaining("BACKLOG_FULL");

    side.receive(YamuxHeader.WINDOW_UPDATE, YamuxHeader.ACK, 2, 0);

    assertThat(third.isSuccess()).isTrue();
    assertThat(fourth.isDone()).isFalse();
    side.receive(YamuxHeader.GO_AWAY, 0, 0, 0);
    assertThat(fourth.cause()).hasMessageContaining("GOING_AWAY");
  }

  /** Keeps what is written and never says that it is gone. */
  private static final class Stuck extends ChannelOutboundHandlerAdapter {
    @Override
    public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
      ReferenceCountUtil.release(message);
    }
  }
}
