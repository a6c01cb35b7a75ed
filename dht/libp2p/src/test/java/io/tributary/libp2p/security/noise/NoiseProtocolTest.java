package io.tributary.libp2p.security.noise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tributary.libp2p.identity.PrivateKey;
import io.tributary.libp2p.security.Peers;
import io.tributary.libp2p.security.Role;
import io.tributary.libp2p.security.SecureChannelException;
import io.tributary.libp2p.security.SecureChannelException.Reason;
import io.tributary.libp2p.security.SecurityProtocol;
import io.tributary.libp2p.security.SecurityProtocolContract;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class NoiseProtocolTest {
  private static NoiseProtocol noise(PrivateKey identity, AeadProvider provider) {
    return new NoiseProtocol(identity, provider, Duration.ofSeconds(10), new SecureRandom());
  }

  /** Both sides with the fast provider. */
  @Nested
  class Fast extends Contract {
    @Override
    protected SecurityProtocol initiatorOf(PrivateKey identity) {
      return noise(identity, AeadProvider.preferred());
    }

    @Override
    protected SecurityProtocol responderOf(PrivateKey identity) {
      return noise(identity, AeadProvider.preferred());
    }

    @Test
    void id_isNoise() {
      assertThat(noise(Peers.ALICE, AeadProvider.JDK).id()).isEqualTo("/noise");
      assertThat(new NoiseProtocol(Peers.ALICE).provider()).isEqualTo(AeadProvider.preferred());
    }

    @Test
    void muxers_initiatorsPreferenceWinsOverResponders() {
      begin(List.of(MPLEX, YAMUX), List.of(YAMUX, MPLEX));
      pair.pump();
      assertThat(pair.initiator.session().earlyMuxer()).contains(MPLEX);
      assertThat(pair.responder.session().earlyMuxer()).contains(MPLEX);
    }

    @Test
    void muxers_noneInCommon_fails() {
      begin(List.of(MPLEX), List.of(YAMUX));
      pair.pump();
      assertThat(pair.initiator.failure()).isEqualTo(Reason.NO_COMMON_MUXER);
      assertThat(pair.responder.failure()).isIn(Reason.NO_COMMON_MUXER, Reason.CONNECTION_CLOSED);
    }

    @Test
    void wrongPeer_getsOneMessageAndNotOurIdentity() {
      pair.responder.secure(responderOf(Peers.CAROL), Role.RESPONDER, Optional.empty());
      pair.initiator.secure(
          initiatorOf(Peers.ALICE), Role.INITIATOR, Optional.of(Peers.BOB.peerId()));
      pair.pump();
      assertThat(pair.initiator.sent).hasSize(1);
      assertThat(pair.initiator.sent.get(0)).hasSize(2 + 32);
    }

    @Test
    void firstMessage_isAnEphemeralKeyOfItsOwn() {
      begin();
      pair.pump();
      byte[] first = pair.initiator.sent.get(0);
      assertThat(first).hasSize(2 + 32).startsWith(0, 32);
    }

    @Test
    void giantLength_isRefusedAtOnce() {
      begin();
      pair.responder.arrive(new byte[] {(byte) 0xff, (byte) 0xff});
      assertThat(pair.responder.failure()).isEqualTo(Reason.MESSAGE_TOO_LONG);
    }

    @Test
    void emptyMessage_isRefused() {
      begin();
      pair.responder.arrive(new byte[] {0, 0});
      assertThat(pair.responder.failure()).isEqualTo(Reason.MALFORMED);
    }

    @Test
    void peerEndsInTheMiddleOfAMessage_isAFailure() {
      begin();
      pair.responder.arrive(new byte[] {0, 32, 1, 2, 3});
      pair.responder.channel.close();
      assertThat(pair.responder.failure()).isEqualTo(Reason.CONNECTION_CLOSED);
    }

    @Test
    void payloadInTheFirstMessage_isIgnored() throws Exception {
      pair.responder.secure(responderOf(Peers.BOB), Role.RESPONDER, Optional.empty());
      byte[] first = new byte[2 + 32 + 5];
      first[1] = 32 + 5;
      System.arraycopy(
          new PortableDhKey(NoiseVectors.INITIATOR_STATIC).publicKey(), 0, first, 2, 32);
      pair.responder.arrive(first);
      pair.pump();
      assertThat(pair.responder.channel.isOpen()).isTrue();
      assertThat(pair.responder.sent).hasSize(1);
    }

    @Test
    void frameTooShortForItsTag_endsTheConnection() {
      begin();
      pair.pump();
      pair.responder.arrive(new byte[] {0, 15});
      assertThat(pair.responder.channel.isOpen()).isFalse();
      assertThat(pair.responder.exception().orElseThrow())
          .isInstanceOfSatisfying(
              SecureChannelException.class,
              e -> assertThat(e.reason()).isEqualTo(Reason.MALFORMED));
    }

    @Test
    void manySmallWrites_makeOneFrame() {
      begin();
      pair.pump();
      int before = pair.initiator.sent.size();
      for (int i = 0; i < 100; i++) {
        pair.initiator.channel.write(pair.initiator.channel.alloc().buffer().writeByte(i));
      }
      pair.initiator.channel.flush();
      pair.pump();
      assertThat(pair.initiator.sent.get(before)).hasSize(100 + NoiseFrame.OVERHEAD_BYTES);
      assertThat(pair.responder.received()).hasSize(100);
    }
  }

  /** Both sides with the JDK's provider. */
  @Nested
  class Portable extends Contract {
    @Override
    protected SecurityProtocol initiatorOf(PrivateKey identity) {
      return noise(identity, AeadProvider.JDK);
    }

    @Override
    protected SecurityProtocol responderOf(PrivateKey identity) {
      return noise(identity, AeadProvider.JDK);
    }
  }

  abstract static class Contract extends SecurityProtocolContract {
    @Override
    protected int initiatorFlights() {
      return 2;
    }
  }

  @Test
  void payload_survivesTheRoundTrip() throws Exception {
    byte[] staticKey = new byte[32];
    byte[] encoded = HandshakePayload.encode(Peers.ALICE, staticKey, List.of("/a", "/b"));
    HandshakePayload decoded = HandshakePayload.decode(encoded, staticKey);
    assertThat(decoded.identity()).isEqualTo(Peers.ALICE.publicKey());
    assertThat(decoded.muxers()).containsExactly("/a", "/b");
  }

  @Test
  void payload_signedForAnotherStaticKey_isRefused() {
    byte[] other = new byte[32];
    other[0] = 1;
    byte[] encoded = HandshakePayload.encode(Peers.ALICE, other, List.of());
    assertRefused(encoded, Reason.BAD_SIGNATURE);
  }

  @Test
  void payload_withoutKey_isRefused() {
    assertRefused(new byte[0], Reason.MALFORMED);
  }

  @Test
  void payload_withTooManyMuxers_isRefused() {
    byte[] encoded =
        HandshakePayload.encode(
            Peers.ALICE,
            new byte[32],
            Collections.nCopies(HandshakePayload.MAX_MUXERS + 1, "/muxer"));
    assertRefused(encoded, Reason.MALFORMED);
  }

  private static void assertRefused(byte[] encoded, Reason reason) {
    assertThatThrownBy(() -> HandshakePayload.decode(encoded, new byte[32]))
        .isInstanceOfSatisfying(
            SecureChannelException.class, e -> assertThat(e.reason()).isEqualTo(reason));
  }
}
