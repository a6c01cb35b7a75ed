package io.tributary.libp2p.yamux;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.tributary.libp2p.muxer.CloseReason;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Two connections talk while a seeded dice decides what their applications do, how the bytes
 * between them are cut and when they arrive. The model of a stream is a list of bytes in each
 * direction.
 */
class YamuxModelTest {

  private static final int STEPS = 400;

  static LongStream seeds() {
    return LongStream.range(0, 150);
  }

  /** One stream as its two applications see it. */
  private static final class Talk {
    final YamuxSide openerSide;
    final YamuxStream opener;
    final RecordingHandler openerHandler = new RecordingHandler();
    final ByteArrayOutputStream fromOpener = new ByteArrayOutputStream();
    final ByteArrayOutputStream fromAcceptor = new ByteArrayOutputStream();
    boolean openerClosed;
    boolean acceptorClosed;
    boolean reset;

    Talk(YamuxSide openerSide, YamuxStream opener) {
      this.openerSide = openerSide;
      this.opener = opener;
      opener.handler(openerHandler);
    }
  }

  private final List<Talk> talks = new ArrayList<>();

  @ParameterizedTest
  @MethodSource("seeds")
  void anyInterleaving_deliversWhatWasWritten(long seed) {
    SplittableRandom dice = new SplittableRandom(seed);
    YamuxOptions options =
        YamuxOptions.defaults()
            .with(new YamuxOptions.Streams(64, 64, dice.nextInt(1, 9), 1000, 1000))
            .with(
                new YamuxOptions.Sending(
                    dice.nextInt(13, 70_000), 1 << 20, 512 << 10, 64 << 20, 2 << 20, 64 << 10));
    try (YamuxSide client = new YamuxSide(true, options);
        YamuxSide server = new YamuxSide(false, options)) {
      for (int step = 0; step < STEPS; step++) {
        act(dice, client, server);
        if (dice.nextInt(3) == 0) {
          carry(dice, client, server);
          carry(dice, server, client);
        }
      }
      finish(dice, client, server);
      assertThat(client.closed).as("seed %d", seed).isEmpty();
      assertThat(server.closed).as("seed %d", seed).isEmpty();
      for (Talk talk : talks) {
        check(seed, talk, client, server);
      }
      for (YamuxSide side : List.of(client, server)) {
        assertThat(side.hostBudget.grownBytes()).as("grown, seed %d", seed).isZero();
        assertThat(side.hostBudget.heldBytes()).as("held, seed %d", seed).isZero();
        assertThat(side.connection.stats().inboundStreams()).as("seed %d", seed).isZero();
        assertThat(side.connection.stats().outboundStreams()).as("seed %d", seed).isZero();
      }
      client.connection.close(CloseReason.CLOSED_LOCALLY);
      carry(dice, client, server);
      assertThat(server.closed).containsExactly(CloseReason.CLOSED_BY_PEER);
    }
  }

  private void act(SplittableRandom dice, YamuxSide client, YamuxSide server) {
    YamuxSide side = dice.nextBoolean() ? client : server;
    side.advanceNanos(dice.nextLong(2_000_000));
    int action = dice.nextInt(10);
    if (talks.isEmpty() || action == 0) {
      var future = side.connection.openStream();
      side.channel.runPendingTasks();
      if (future.isSuccess()) {
        talks.add(new Talk(side, (YamuxStream) future.getNow()));
      } else {
        // It waits for an acknowledgement; when it gets its stream it has no use for it.
        future.addListener(
            done -> {
              if (done.isSuccess()) {
                ((YamuxStream) done.getNow()).reset(0);
              }
            });
      }
      return;
    }
    Talk talk = talks.get(dice.nextInt(talks.size()));
    YamuxSide acceptorSide = talk.openerSide == client ? server : client;
    YamuxStream acceptor = acceptorOf(talk, acceptorSide);
    boolean byOpener = acceptor == null || dice.nextBoolean();
    YamuxStream stream = byOpener ? talk.opener : acceptor;
    if (stream == null) {
      return;
    }
    switch (action) {
      case 1 -> {
        if (byOpener) {
          talk.openerClosed = true;
        } else {
          talk.acceptorClosed = true;
        }
        stream.closeWrite();
      }
      case 2 -> {
        if (dice.nextInt(4) == 0) {
          talk.reset = true;
          stream.reset(7);
        }
      }
      case 3 -> stream.autoRead(dice.nextBoolean());
      case 4 -> stream.weight(dice.nextInt(1, 257));
      default -> {
        if (byOpener ? !talk.openerClosed : !talk.acceptorClosed) {
          int bytes = dice.nextInt(5) == 0 ? dice.nextInt(300_000) : dice.nextInt(2_000);
          byte[] data = new byte[bytes];
          dice.nextBytes(data);
          (byOpener ? talk.fromOpener : talk.fromAcceptor).writeBytes(data);
          stream.write(Unpooled.wrappedBuffer(data));
        }
      }
    }
    side.channel.runPendingTasks();
  }

  private void finish(SplittableRandom dice, YamuxSide client, YamuxSide server) {
    for (int round = 0; round < 2; round++) {
      // A stream of which nothing was sent is known to its opener only.
      carryAll(dice, client, server);
      for (Talk talk : talks) {
        talk.opener.autoRead(true);
        talk.opener.closeWrite();
      }
      carryAll(dice, client, server);
      for (YamuxSide side : List.of(client, server)) {
        for (YamuxStream stream : side.accepted) {
          stream.autoRead(true);
          stream.closeWrite();
        }
      }
    }
    carryAll(dice, client, server);
  }

  private static void check(long seed, Talk talk, YamuxSide client, YamuxSide server) {
    YamuxSide acceptorSide = talk.openerSide == client ? server : client;
    YamuxStream acceptor = acceptorOf(talk, acceptorSide);
    byte[] toAcceptor = talk.fromOpener.toByteArray();
    byte[] toOpener = talk.fromAcceptor.toByteArray();
    byte[] gotByOpener = talk.openerHandler.received.toByteArray();
    if (acceptor == null) {
      assertThat(talk.reset || talk.openerHandler.ended).as("seed %d", seed).isTrue();
      return;
    }
    RecordingHandler acceptorHandler =
        acceptorSide.acceptedHandlers.get(acceptorSide.accepted.indexOf(acceptor));
    byte[] gotByAcceptor = acceptorHandler.received.toByteArray();
    if (talk.reset) {
      assertThat(Arrays.copyOf(toOpener, gotByOpener.length)).isEqualTo(gotByOpener);
      assertThat(Arrays.copyOf(toAcceptor, gotByAcceptor.length)).isEqualTo(gotByAcceptor);
    } else {
      assertThat(gotByOpener).as("to opener, seed %d", seed).isEqualTo(toOpener);
      assertThat(gotByAcceptor).as("to acceptor, seed %d", seed).isEqualTo(toAcceptor);
      assertThat(talk.openerHandler.events).as("seed %d", seed).endsWith("end", "closed");
      assertThat(acceptorHandler.events).as("seed %d", seed).endsWith("end", "closed");
    }
    assertThat(talk.openerHandler.ended).as("opener ended, seed %d", seed).isTrue();
    assertThat(acceptorHandler.ended).as("acceptor ended, seed %d", seed).isTrue();
  }

  private static @Nullable YamuxStream acceptorOf(Talk talk, YamuxSide acceptorSide) {
    for (YamuxStream stream : acceptorSide.accepted) {
      if (stream.id() == talk.opener.id()) {
        return stream;
      }
    }
    return null;
  }

  private static void carryAll(SplittableRandom dice, YamuxSide client, YamuxSide server) {
    int quiet = 0;
    while (quiet < 2) {
      boolean there = carry(dice, client, server);
      boolean back = carry(dice, server, client);
      quiet = there || back ? 0 : quiet + 1;
    }
  }

  /** Carries what one side has sent to the other, cut at random places. */
  private static boolean carry(SplittableRandom dice, YamuxSide from, YamuxSide to) {
    ByteBuf sent = from.sent();
    boolean any = sent.isReadable();
    while (sent.isReadable()) {
      int bound = dice.nextInt(4) == 0 ? 20 : 100_000;
      int bytes = Math.min(sent.readableBytes(), dice.nextInt(1, bound));
      to.channel.pipeline().fireChannelRead(sent.readBytes(bytes));
      if (dice.nextBoolean()) {
        to.channel.pipeline().fireChannelReadComplete();
      }
    }
    sent.release();
    if (any) {
      to.channel.pipeline().fireChannelReadComplete();
    }
    to.channel.runPendingTasks();
    return any;
  }
}
