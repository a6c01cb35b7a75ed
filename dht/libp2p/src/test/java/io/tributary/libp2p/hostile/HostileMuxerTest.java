package io.tributary.libp2p.hostile;

import static io.tributary.libp2p.hostile.Frames.ACK;
import static io.tributary.libp2p.hostile.Frames.DATA;
import static io.tributary.libp2p.hostile.Frames.FIN;
import static io.tributary.libp2p.hostile.Frames.GO_AWAY;
import static io.tributary.libp2p.hostile.Frames.PING;
import static io.tributary.libp2p.hostile.Frames.RST;
import static io.tributary.libp2p.hostile.Frames.SYN;
import static io.tributary.libp2p.hostile.Frames.WINDOW_UPDATE;
import static io.tributary.libp2p.hostile.Frames.data;
import static io.tributary.libp2p.hostile.Frames.frame;
import static io.tributary.libp2p.hostile.Frames.header;
import static io.tributary.libp2p.hostile.Frames.open;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.tributary.libp2p.TestProtocols;
import io.tributary.libp2p.muxer.CloseReason;
import io.tributary.libp2p.muxer.ReceiveBudget;
import io.tributary.libp2p.muxer.SendBudget;
import io.tributary.libp2p.perf.PerfService;
import io.tributary.libp2p.yamux.YamuxMuxer;
import io.tributary.libp2p.yamux.YamuxOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Whoever breaks the rules of Yamux: the connection ends, for a reason with a name. */
class HostileMuxerTest {
  private static final int MAX_INBOUND = 64;
  private static final int MAX_REFUSALS = 128;
  private static final long MAX_WINDOW = 512 << 10;
  private static final long MAX_HELD_BY_CONNECTION = 1 << 20;
  private static final long MAX_HELD = 3 << 20;
  private static final long MAX_QUEUED = 4 << 20;
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private static Victim victim;

  @BeforeAll
  static void start() {
    YamuxOptions options =
        YamuxOptions.defaults()
            .with(new YamuxOptions.Receiving(MAX_WINDOW, 1 << 20, MAX_HELD_BY_CONNECTION))
            .with(new YamuxOptions.Streams(MAX_INBOUND, 64, 64, 64, MAX_REFUSALS))
            .with(
                new YamuxOptions.Times(
                    // The friend must not be given up just because this machine is slow.
                    Duration.ofSeconds(2), Duration.ofSeconds(6), Duration.ofMillis(200)));
    YamuxMuxer muxer =
        new YamuxMuxer(
            options, new ReceiveBudget(4 << 20, MAX_HELD), new SendBudget(MAX_QUEUED, 2 << 20));
    victim = new Victim(builder -> builder.muxer(muxer).inboundRate(1000, 1000));
  }

  @AfterEach
  void everybodyElseIsUnharmed() {
    victim.protocols.held.clear();
    victim.assertUnharmed();
  }

  @AfterAll
  static void stop() {
    victim.close();
  }

  private static Arguments attack(String what, CloseReason reason, Supplier<ByteBuf> bytes) {
    return Arguments.of(what, reason, bytes);
  }

  static java.util.stream.Stream<Arguments> violations() {
    return java.util.stream.Stream.of(
        attack(
            "a version of the future",
            CloseReason.MALFORMED_FRAME,
            () -> header(1, PING, SYN, 0, 1)),
        attack("an unknown type", CloseReason.MALFORMED_FRAME, () -> frame(4, 0, 0, 0)),
        attack("an unknown flag", CloseReason.MALFORMED_FRAME, () -> frame(PING, 16 | SYN, 0, 0)),
        attack("data of no stream", CloseReason.MALFORMED_FRAME, () -> frame(DATA, SYN, 0, 0)),
        attack(
            "credit of no stream",
            CloseReason.MALFORMED_FRAME,
            () -> frame(WINDOW_UPDATE, 0, 0, 1)),
        attack("a ping of a stream", CloseReason.MALFORMED_FRAME, () -> frame(PING, SYN, 1, 1)),
        attack(
            "a going away of a stream", CloseReason.MALFORMED_FRAME, () -> frame(GO_AWAY, 0, 1, 0)),
        attack("a ping that says nothing", CloseReason.MALFORMED_FRAME, () -> frame(PING, 0, 0, 1)),
        attack(
            "a stream of the host's", CloseReason.INVALID_STREAM_ID, () -> frame(DATA, SYN, 2, 0)),
        attack(
            "a stream opened twice",
            CloseReason.INVALID_STREAM_ID,
            () -> join(open(1, TestProtocols.HOLD), frame(WINDOW_UPDATE, SYN, 1, 0))),
        attack(
            "a frame of 4 GiB",
            CloseReason.WINDOW_OVERFLOW,
            () -> frame(DATA, SYN, 1, 0xFFFF_FFFFL)),
        attack(
            "4 GiB to a stream that is not",
            CloseReason.WINDOW_OVERFLOW,
            () -> frame(DATA, 0, 77, 0xFFFF_FFFFL)),
        attack(
            "a byte beyond the window",
            CloseReason.WINDOW_OVERFLOW,
            () ->
                join(
                    open(1, TestProtocols.HOLD),
                    data(0, 1, new byte[200 << 10]),
                    data(0, 1, new byte[60 << 10]))),
        attack(
            "credit of 4 GiB",
            CloseReason.CREDIT_OVERFLOW,
            () -> join(open(1, TestProtocols.HOLD), frame(WINDOW_UPDATE, 0, 1, 0xFFFF_FFFFL))),
        attack(
            "credit of 4 GiB when opening",
            CloseReason.CREDIT_OVERFLOW,
            () -> frame(WINDOW_UPDATE, SYN, 1, 0xFFFF_FFFFL)),
        attack(
            "credit that adds up to 4 GiB",
            CloseReason.CREDIT_OVERFLOW,
            () ->
                join(
                    open(1, TestProtocols.HOLD),
                    frame(WINDOW_UPDATE, 0, 1, 0x8000_0000L),
                    frame(WINDOW_UPDATE, 0, 1, 0x7FFF_FFFFL))),
        attack(
            "streams without number",
            CloseReason.STREAM_FLOOD,
            () -> streams(MAX_INBOUND + MAX_REFUSALS + 2, SYN)),
        attack(
            "streams opened and reset in one breath",
            CloseReason.STREAM_FLOOD,
            () -> streams(MAX_REFUSALS + 2, SYN | RST)),
        attack(
            "streams opened with data and reset in one breath",
            CloseReason.STREAM_FLOOD,
            HostileMuxerTest::rapidResets),
        attack(
            "word of a protocol error",
            CloseReason.PEER_REPORTED_PROTOCOL_ERROR,
            () -> frame(GO_AWAY, 0, 0, 1)),
        attack(
            "word of an internal error",
            CloseReason.PEER_REPORTED_INTERNAL_ERROR,
            () -> frame(GO_AWAY, 0, 0, 2)),
        attack(
            "many words of parting",
            CloseReason.CLOSED_BY_PEER,
            () ->
                join(
                    frame(WINDOW_UPDATE, RST, 2, 0),
                    frame(GO_AWAY, 0, 0, 0),
                    frame(GO_AWAY, 0, 0, 1),
                    frame(GO_AWAY, 0, 0, 2))));
  }

  private static ByteBuf join(ByteBuf... parts) {
    return Unpooled.wrappedBuffer(parts);
  }

  private static ByteBuf streams(int count, int flags) {
    ByteBuf all = Unpooled.buffer();
    for (int i = 0; i < count; i++) {
      all.writeBytes(frame(WINDOW_UPDATE, flags, 2 * i + 1, 0));
    }
    return all;
  }

  private static ByteBuf rapidResets() {
    ByteBuf all = Unpooled.buffer();
    for (int i = 0; i <= MAX_REFUSALS + 1; i++) {
      all.writeBytes(open(2 * i + 1, TestProtocols.HOLD));
      all.writeBytes(frame(WINDOW_UPDATE, RST, 2 * i + 1, 0));
    }
    return all;
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("violations")
  void violation_endsTheConnection(String what, CloseReason reason, Supplier<ByteBuf> bytes) {
    int before = victim.metrics.count("closed " + reason);
    try (HostilePeer peer = victim.attacker()) {
      // The host asks every peer who it is, on its stream 2.
      await().atMost(PATIENCE).until(() -> !peer.frames().isEmpty());
      peer.send(bytes.get());

      peer.awaitClosed();
      victim.awaitCount("closed " + reason, before + 1);
      List<HostilePeer.Frame> frames = peer.frames();
      assertThat(frames)
          .as("the host said why")
          .anySatisfy(
              frame -> {
                assertThat(frame.type()).isEqualTo(GO_AWAY);
                assertThat(frame.length()).isEqualTo(reason.goAwayCode());
              });
    }
  }

  @Test
  void alteredBytes_endTheConnection() {
    try (HostilePeer peer = victim.attacker()) {
      byte[] nonsense = new byte[66];
      nonsense[1] = 64;
      peer.sendRaw(nonsense);

      peer.awaitClosed();
      victim.awaitCount("closed " + CloseReason.CHANNEL_FAILED, 1);
    }
  }

  @Test
  void garbageInPlaceOfFrames_endsTheConnection() {
    for (long seed = 0; seed < 40; seed++) {
      SplittableRandom dice = new SplittableRandom(seed);
      byte[] garbage = new byte[dice.nextInt(12, 5000)];
      dice.nextBytes(garbage);
      garbage[0] = 1;
      try (HostilePeer peer = victim.attacker()) {
        peer.send(Unpooled.wrappedBuffer(garbage));
        peer.awaitClosed();
      }
    }
    victim.awaitCount("closed " + CloseReason.MALFORMED_FRAME, 40);
  }

  @Test
  void framesOfStreamsThatAreNot_areIgnored() {
    try (HostilePeer peer = victim.attacker()) {
      for (int i = 0; i < 100; i++) {
        peer.send(
            data(0, 2 * i + 1, new byte[1000]),
            data(ACK, 2 * i + 2, new byte[10]),
            frame(WINDOW_UPDATE, 0, 2 * i + 1, 100),
            frame(WINDOW_UPDATE, FIN, 2 * i + 1, 0),
            frame(WINDOW_UPDATE, RST, 2 * i + 2, 0));
      }
      peer.send(frame(PING, SYN, 0, 4711));

      awaitPong(peer, 4711);
      assertThat(victim.host.usage().memory().heldBytes()).isZero();
    }
  }

  @Test
  void pings_areAnswered_howeverMany() {
    try (HostilePeer peer = victim.attacker()) {
      ByteBuf pings = Unpooled.buffer();
      for (int i = 1; i <= 50_000; i++) {
        pings.writeBytes(frame(PING, SYN, 0, i));
      }
      peer.send(pings);

      awaitPong(peer, 50_000);
    }
  }

  private static void awaitPong(HostilePeer peer, long value) {
    await()
        .atMost(PATIENCE)
        .until(
            () ->
                peer.frames().stream()
                    .anyMatch(
                        each ->
                            each.type() == PING && each.flags() == ACK && each.length() == value));
  }

  /** Answers must not pile up for a peer that reads none. */
  @Test
  void pingsOfPeerThatReadsNothing_endTheConnection() {
    int before = victim.metrics.count("closed " + CloseReason.CONTROL_FLOOD);
    try (HostilePeer peer = victim.attacker()) {
      peer.stopReading();

      for (int i = 0; i < 2_000 && peer.isOpen(); i++) {
        peer.send(repeat(2_000, frame(PING, SYN, 0, 1)));
      }

      victim.awaitCount("closed " + CloseReason.CONTROL_FLOOD, before + 1);
    }
  }

  private static ByteBuf repeat(int times, ByteBuf frame) {
    ByteBuf all = Unpooled.buffer();
    for (int i = 0; i < times; i++) {
      all.writeBytes(frame, frame.readerIndex(), frame.readableBytes());
    }
    return all;
  }

  @Test
  void writerToPeerThatReadsNothing_stops_andTheConnectionEnds() {
    int before = victim.metrics.count("closed " + CloseReason.KEEP_ALIVE_TIMEOUT);
    try (HostilePeer peer = victim.attacker()) {
      peer.stopReading();
      for (int i = 0; i < 32; i++) {
        peer.send(
            open(2 * i + 1, PerfService.PROTOCOL_ID),
            frame(WINDOW_UPDATE, 0, 2 * i + 1, 0x7000_0000L),
            data(FIN, 2 * i + 1, new byte[] {0, 0, 1, 0, 0, 0, 0, 0}));
      }

      await().atMost(PATIENCE).until(() -> victim.host.usage().memory().queuedBytes() > 0);
      victim.assertFriendIsServed();
      victim.awaitCount("closed " + CloseReason.KEEP_ALIVE_TIMEOUT, before + 1);
    }
  }

  /** Each stream alone could take its high-water mark; together they must not. */
  @Test
  void manyStreamsWithoutCredit_shareTheBoundOnWhatWaits() {
    List<HostilePeer> peers = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      HostilePeer peer = victim.attacker();
      peers.add(peer);
      for (int j = 0; j < 60; j++) {
        peer.send(
            open(2 * j + 1, PerfService.PROTOCOL_ID),
            data(FIN, 2 * j + 1, new byte[] {0, 0, 1, 0, 0, 0, 0, 0}));
      }
    }

    await().atMost(PATIENCE).until(() -> victim.metrics.count("stream INBOUND /perf/1.0.0") >= 180);
    victim.assertFriendIsServed();
    long slack = 64 << 10;
    assertThat(victim.host.usage().memory().queuedBytes())
        .isBetween(1L, MAX_QUEUED + 180 * (slack + (16 << 10)));
    peers.forEach(HostilePeer::close);
  }

  @Test
  void heldBytes_ofOneConnection_areBounded() {
    int before = resets();
    try (HostilePeer peer = victim.attacker()) {
      for (int i = 0; i < 8; i++) {
        hold(peer, 2 * i + 1, 250 << 10);
      }

      await().atMost(PATIENCE).until(() -> resets() - before >= 4);
      assertThat(victim.host.usage().memory().heldBytes())
          .isLessThanOrEqualTo(MAX_HELD_BY_CONNECTION);
      peer.send(frame(PING, SYN, 0, 9));
      awaitPong(peer, 9);
    }
  }

  /** N connections, each within its own bound, pass the host's: those that hold most pay. */
  @Test
  void heldBytes_ofAllConnections_areBounded_andTheModestAreSpared() {
    int before = resets();
    HostilePeer modest = victim.attacker();
    hold(modest, 1, 1000);
    await().atMost(PATIENCE).until(() -> victim.host.usage().memory().heldBytes() == 1000);
    List<HostilePeer> greedy = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      HostilePeer peer = victim.attacker();
      greedy.add(peer);
      for (int j = 0; j < 3; j++) {
        hold(peer, 2 * j + 1, 250 << 10);
        assertThat(victim.host.usage().memory().heldBytes()).isLessThanOrEqualTo(MAX_HELD * 5 / 4);
      }
    }
    await().atMost(PATIENCE).until(() -> resets() - before >= 5);
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () ->
                assertThat(victim.host.usage().memory().heldBytes()).isLessThanOrEqualTo(MAX_HELD));

    // A modest peer goes on holding a little, though the host is full.
    modest.send(data(0, 1, new byte[500]), frame(PING, SYN, 0, 3));
    awaitPong(modest, 3);
    assertThat(modest.wasReset(1)).isFalse();
    greedy.forEach(HostilePeer::close);
    modest.close();
  }

  private static int resets() {
    return victim.metrics.count("streamEnded " + TestProtocols.HOLD + " RECEIVE_BUDGET_EXHAUSTED");
  }

  private static void hold(HostilePeer peer, int streamId, int bytes) {
    peer.send(open(streamId, TestProtocols.HOLD));
    int left = bytes;
    while (left > 0) {
      int length = Math.min(left, 60 << 10);
      peer.send(data(0, streamId, new byte[length]));
      left -= length;
    }
  }

  @Test
  void dataAfterTheEndOfAStream_resetsTheStreamOnly() {
    try (HostilePeer peer = victim.attacker()) {
      peer.send(
          open(1, TestProtocols.HOLD),
          frame(DATA, FIN, 1, 0),
          data(0, 1, new byte[100]),
          frame(PING, SYN, 0, 5));

      awaitPong(peer, 5);
      assertThat(peer.wasReset(1)).isTrue();
      victim.awaitCount("streamEnded " + TestProtocols.HOLD + " PROTOCOL_VIOLATION", 1);
    }
  }
}
