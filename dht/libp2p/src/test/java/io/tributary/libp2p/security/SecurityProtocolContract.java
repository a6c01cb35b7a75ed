package io.tributary.libp2p.security;

import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.libp2p.identity.PrivateKey;
import io.tributary.libp2p.security.SecureChannelException.Reason;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What every security protocol promises, tested on one of them by a subclass. */
public abstract class SecurityProtocolContract {
  protected static final String YAMUX = "/yamux/1.0.0";
  protected static final String MPLEX = "/mplex/6.7.0";
  protected static final Duration DEADLINE = Duration.ofSeconds(10);

  private static final int HEADER_BYTES = 5;

  protected final ChannelPair pair = new ChannelPair();

  /** Returns the protocol as a peer speaks it that dials. */
  protected abstract SecurityProtocol initiatorOf(PrivateKey identity);

  /** Returns the protocol as a peer speaks it that answers. */
  protected abstract SecurityProtocol responderOf(PrivateKey identity);

  /** How many flights of raw bytes the initiator sends in a handshake. */
  protected abstract int initiatorFlights();

  @AfterEach
  void noBufferIsLeft() {
    pair.close();
  }

  protected final void begin() {
    begin(List.of(YAMUX), List.of(YAMUX));
  }

  protected final void begin(List<String> initiators, List<String> responders) {
    pair.responder.secure(
        responderOf(Peers.BOB),
        Role.RESPONDER,
        Optional.empty(),
        responders.toArray(new String[0]));
    pair.initiator.secure(
        initiatorOf(Peers.ALICE),
        Role.INITIATOR,
        Optional.of(Peers.BOB.peerId()),
        initiators.toArray(new String[0]));
  }

  @Test
  void bothSides_learnTheOthersIdentity() {
    begin();
    pair.pump();
    assertThat(pair.initiator.session().remotePeer()).isEqualTo(Peers.BOB.peerId());
    assertThat(pair.initiator.session().remoteKey()).isEqualTo(Peers.BOB.publicKey());
    assertThat(pair.responder.session().remotePeer()).isEqualTo(Peers.ALICE.peerId());
    assertThat(pair.responder.session().remoteKey()).isEqualTo(Peers.ALICE.publicKey());
  }

  @Test
  void bytes_flowBothWays_andNotInTheClear() {
    begin();
    pair.pump();
    byte[] question = text("a question that nobody else may read");
    byte[] answer = text("an answer likewise");
    pair.initiator.write(question);
    pair.responder.write(answer);
    pair.pump();
    assertThat(pair.responder.received()).isEqualTo(question);
    assertThat(pair.initiator.received()).isEqualTo(answer);
    for (byte[] raw : pair.initiator.sent) {
      assertThat(new String(raw, StandardCharsets.ISO_8859_1)).doesNotContain("nobody else");
    }
  }

  @Test
  void muxer_isTheInitiatorsFirstInCommon() {
    begin(List.of(YAMUX), List.of(YAMUX, MPLEX));
    pair.pump();
    assertThat(pair.initiator.session().earlyMuxer()).contains(YAMUX);
    assertThat(pair.responder.session().earlyMuxer()).contains(YAMUX);
  }

  @Test
  void initiatorNamesNoMuxer_noneIsAgreedOn() {
    begin(List.of(), List.of(YAMUX));
    pair.pump();
    assertThat(pair.initiator.session().earlyMuxer()).isEmpty();
    assertThat(pair.responder.session().earlyMuxer()).isEmpty();
  }

  @Test
  void responderNamesNoMuxer_noneIsAgreedOn() {
    begin(List.of(YAMUX), List.of());
    pair.pump();
    assertThat(pair.initiator.session().earlyMuxer()).isEmpty();
    assertThat(pair.responder.session().earlyMuxer()).isEmpty();
  }

  @Test
  void otherPeerThanExpectedAnswers_isRefusedBeforeItLearnsWhoAsks() {
    pair.responder.secure(responderOf(Peers.CAROL), Role.RESPONDER, Optional.empty(), YAMUX);
    pair.initiator.secure(
        initiatorOf(Peers.ALICE), Role.INITIATOR, Optional.of(Peers.BOB.peerId()), YAMUX);
    pair.pump();
    assertThat(pair.initiator.failure()).isEqualTo(Reason.PEER_ID_MISMATCH);
    pair.responder.channel.close();
    assertThat(pair.responder.failure()).isIn(Reason.CONNECTION_CLOSED, Reason.REFUSED_BY_PEER);
  }

  @Test
  void otherPeerThanExpectedDials_isRefused() {
    pair.responder.secure(
        responderOf(Peers.BOB), Role.RESPONDER, Optional.of(Peers.CAROL.peerId()), YAMUX);
    pair.initiator.secure(initiatorOf(Peers.ALICE), Role.INITIATOR, Optional.empty(), YAMUX);
    pair.pump();
    assertThat(pair.responder.failure()).isEqualTo(Reason.PEER_ID_MISMATCH);
  }

  @Test
  void everythingArrivesByteByByte_isUnderstood() {
    pair.initiator.onWire = raw -> dripTo(pair.responder, raw);
    pair.responder.onWire = raw -> dripTo(pair.initiator, raw);
    begin();
    pair.pump();
    pair.initiator.write(text("drop by drop"));
    pair.pump();
    assertThat(pair.initiator.session().earlyMuxer()).contains(YAMUX);
    assertThat(pair.responder.received()).isEqualTo(text("drop by drop"));
  }

  @Test
  void plainBytesWithTheLastFlight_areHeldUntilTheNextHandlerIsThere() {
    begin();
    // The initiator writes the moment its handshake is over; both arrive in one read.
    byte[] early = text("sent at once");
    StringBuilder order = new StringBuilder();
    pair.initiator
        .future()
        .addListener(
            done -> {
              order.append("established ");
              pair.initiator.write(early);
            });
    pair.pump();
    assertThat(order).hasToString("established ");
    assertThat(pair.responder.received()).isEqualTo(early);
  }

  @Test
  void plainBytesAndTheEndWithTheLastFlight_areBothSeen() {
    begin();
    byte[] early = text("sent at once, then gone");
    pair.initiator
        .future()
        .addListener(
            done -> {
              pair.initiator.write(early);
              pair.initiator.channel.close();
            });
    pair.initiator.onWire =
        raw -> {
          pair.responder.arrive(raw);
          if (!pair.initiator.channel.isOpen()) {
            pair.responder.channel.close();
          }
          return new byte[0];
        };
    pair.pump();
    assertThat(pair.responder.received()).isEqualTo(early);
    assertThat(pair.responder.sawEnd()).isTrue();
  }

  @Test
  void peerSaysNothing_deadlineEndsIt() {
    begin();
    pair.responder.channel.advanceTimeBy(DEADLINE.toMillis() - 1, TimeUnit.MILLISECONDS);
    pair.responder.channel.runScheduledPendingTasks();
    assertThat(pair.responder.channel.isOpen()).isTrue();
    pair.responder.channel.advanceTimeBy(2, TimeUnit.MILLISECONDS);
    pair.responder.channel.runScheduledPendingTasks();
    assertThat(pair.responder.failure()).isEqualTo(Reason.HANDSHAKE_TIMEOUT);
  }

  @Test
  void peerDripsBytesForEver_deadlineEndsIt() {
    begin();
    pair.initiator.onWire = raw -> raw;
    pair.initiator.channel.runPendingTasks();
    byte[] flight = firstFlight();
    for (int i = 0; i < flight.length - 1 && pair.responder.channel.isOpen(); i++) {
      pair.responder.arrive(new byte[] {flight[i]});
      pair.responder.channel.advanceTimeBy(1, TimeUnit.SECONDS);
      pair.responder.channel.runScheduledPendingTasks();
    }
    assertThat(pair.responder.failure()).isEqualTo(Reason.HANDSHAKE_TIMEOUT);
  }

  @Test
  void deadline_doesNotEndAnEstablishedSession() {
    begin();
    pair.pump();
    pair.initiator.channel.advanceTimeBy(DEADLINE.toMillis() * 2, TimeUnit.MILLISECONDS);
    pair.initiator.channel.runScheduledPendingTasks();
    assertThat(pair.initiator.channel.isOpen()).isTrue();
  }

  @Test
  void peerCloses_isAFailureOfItsOwn() {
    begin();
    pair.responder.channel.close();
    assertThat(pair.responder.failure()).isEqualTo(Reason.CONNECTION_CLOSED);
  }

  @Test
  void callerCancels_channelIsClosed() {
    pair.initiator
        .secure(initiatorOf(Peers.ALICE), Role.INITIATOR, Optional.empty(), YAMUX)
        .cancel(false);
    assertThat(pair.initiator.channel.isOpen()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void oneBitAlteredAnywhere_neverYieldsTwoSessions(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    int flight = random.nextInt(initiatorFlights());
    int[] count = {0};
    pair.initiator.onWire =
        raw -> {
          if (count[0]++ == flight) {
            // Not the first bytes: TLS ignores the version in a record's header.
            raw[random.nextInt(HEADER_BYTES, raw.length)] ^= (byte) (1 << random.nextInt(8));
          }
          return raw;
        };
    begin();
    pair.pump();
    pair.initiator.channel.close();
    pair.responder.channel.close();
    assertThat(sessionOf(pair.responder))
        .as("seed %d: the responder has a session after flight %d was altered", seed, flight)
        .isFalse();
  }

  @Test
  void plainBytesAltered_areNeverDelivered_andEndTheConnectionWithAReason() {
    begin();
    pair.pump();
    alterTheEndOfWhatTheInitiatorSends();
    pair.initiator.write(text("to be altered"));
    pair.pump();
    assertThat(pair.responder.received()).isEmpty();
    assertEndedByAlteredBytes();
  }

  @Test
  void plainBytesAlteredBehindGoodOnes_endTheConnectionToo() {
    begin();
    pair.pump();
    alterTheEndOfWhatTheInitiatorSends();
    pair.initiator.write(text("good"));
    pair.initiator.write(text("to be altered"));
    pair.pump();
    assertThat(pair.responder.received()).isIn(text("good"), new byte[0]);
    assertEndedByAlteredBytes();
  }

  private void alterTheEndOfWhatTheInitiatorSends() {
    pair.initiator.onWire =
        raw -> {
          raw[raw.length - 1] ^= 1;
          return raw;
        };
  }

  private void assertEndedByAlteredBytes() {
    assertThat(pair.responder.channel.isOpen()).isFalse();
    assertThat(pair.responder.exception().orElseThrow())
        .isInstanceOfSatisfying(
            SecureChannelException.class,
            e -> assertThat(e.reason()).as("%s", e.getCause()).isIn(reasonsOfAlteredBytes()));
  }

  /** What a connection whose bytes were altered may end with. */
  protected Set<Reason> reasonsOfAlteredBytes() {
    return Set.of(Reason.DECRYPT_FAILED);
  }

  @ParameterizedTest
  @ValueSource(longs = {11, 12, 13, 14})
  void writesOfAnySize_cutAnywhere_arriveInOrder(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    begin();
    pair.pump();
    pair.initiator.onWire = raw -> cutTo(pair.responder, raw, random);
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (int i = 0; i < 20; i++) {
      byte[] plain = new byte[random.nextInt(1, 4) * random.nextInt(0, 70_000)];
      random.nextBytes(plain);
      all.writeBytes(plain);
      pair.initiator.channel.write(pair.initiator.channel.alloc().directBuffer().writeBytes(plain));
      if (random.nextInt(3) == 0) {
        pair.initiator.channel.flush();
        pair.pump();
      }
    }
    pair.initiator.channel.flush();
    pair.pump();
    assertThat(Arrays.equals(pair.responder.received(), all.toByteArray()))
        .as("seed %d: bytes arrived as they were sent", seed)
        .isTrue();
  }

  private byte[] firstFlight() {
    byte[][] flight = new byte[1][];
    pair.initiator.onWire =
        raw -> {
          flight[0] = raw;
          return new byte[0];
        };
    pair.pump();
    return flight[0];
  }

  private static boolean sessionOf(ChannelPair.Side side) {
    return side.future().isSuccess();
  }

  private static byte[] dripTo(ChannelPair.Side side, byte[] raw) {
    for (byte each : raw) {
      side.arrive(new byte[] {each});
    }
    return new byte[0];
  }

  private static byte[] cutTo(ChannelPair.Side side, byte[] raw, SplittableRandom random) {
    for (int at = 0; at < raw.length; ) {
      int end = Math.min(raw.length, at + random.nextInt(1, 100_000));
      side.arrive(Arrays.copyOfRange(raw, at, end));
      at = end;
    }
    return new byte[0];
  }

  protected static byte[] text(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
