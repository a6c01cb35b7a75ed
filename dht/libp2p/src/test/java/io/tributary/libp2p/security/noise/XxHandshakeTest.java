package io.tributary.libp2p.security.noise;

import static io.tributary.libp2p.security.noise.NoiseVectors.INITIATOR_EPHEMERAL;
import static io.tributary.libp2p.security.noise.NoiseVectors.INITIATOR_STATIC;
import static io.tributary.libp2p.security.noise.NoiseVectors.RESPONDER_EPHEMERAL;
import static io.tributary.libp2p.security.noise.NoiseVectors.RESPONDER_STATIC;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.southernstorm.noise.protocol.CipherStatePair;
import com.southernstorm.noise.protocol.HandshakeState;
import io.tributary.libp2p.security.Role;
import io.tributary.libp2p.security.SecureChannelException;
import io.tributary.libp2p.security.SecureChannelException.Reason;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class XxHandshakeTest {
  private static final byte[] NO_DATA = {};
  private static final byte[] PAYLOAD = "a payload".getBytes(StandardCharsets.US_ASCII);

  static Stream<List<NoiseVectors.Message>> vectors() {
    return Stream.of(NoiseVectors.WITHOUT_PAYLOADS, NoiseVectors.WITH_PAYLOADS);
  }

  @ParameterizedTest
  @MethodSource("vectors")
  void publishedHandshakes_areReproducedByteForByte(List<NoiseVectors.Message> vector)
      throws Exception {
    for (AeadProvider provider : AeadProvider.values()) {
      XxHandshake initiator = fixed(provider, Role.INITIATOR);
      XxHandshake responder = fixed(provider, Role.RESPONDER);
      for (int i = 0; i < 3; i++) {
        NoiseVectors.Message message = vector.get(i);
        XxHandshake writer = i % 2 == 0 ? initiator : responder;
        XxHandshake reader = i % 2 == 0 ? responder : initiator;
        assertThat(writer.write(message.payload())).isEqualTo(message.wire());
        assertThat(reader.read(message.wire())).isEqualTo(message.payload());
      }
      NoiseVectors.Message transport = vector.get(3);
      assertThat(initiator.sender(provider).apply(NO_DATA, transport.payload()))
          .isEqualTo(transport.wire());
      assertThat(responder.receiver(provider).apply(NO_DATA, transport.wire()))
          .isEqualTo(transport.payload());
    }
  }

  @ParameterizedTest
  @EnumSource(AeadProvider.class)
  void otherImplementation_answersUs(AeadProvider provider) throws Exception {
    XxHandshake ours = random(provider, Role.INITIATOR);
    HandshakeState theirs = oracle(HandshakeState.RESPONDER);
    give(theirs, ours.write(NO_DATA), NO_DATA);
    assertThat(ours.read(take(theirs, PAYLOAD))).isEqualTo(PAYLOAD);
    give(theirs, ours.write(PAYLOAD), PAYLOAD);
    assertSameKeys(provider, ours, theirs);
    assertStaticKeysKnown(ours, theirs);
  }

  @ParameterizedTest
  @EnumSource(AeadProvider.class)
  void otherImplementation_callsUs(AeadProvider provider) throws Exception {
    XxHandshake ours = random(provider, Role.RESPONDER);
    HandshakeState theirs = oracle(HandshakeState.INITIATOR);
    assertThat(ours.read(take(theirs, NO_DATA))).isEmpty();
    give(theirs, ours.write(PAYLOAD), PAYLOAD);
    assertThat(ours.read(take(theirs, PAYLOAD))).isEqualTo(PAYLOAD);
    assertSameKeys(provider, ours, theirs);
    assertStaticKeysKnown(ours, theirs);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
  void anyAlteredBit_isNoticedAtTheNextMessage(long seed) throws Exception {
    SplittableRandom random = new SplittableRandom(seed);
    for (int altered = 0; altered < 3; altered++) {
      XxHandshake initiator = fixed(AeadProvider.preferred(), Role.INITIATOR);
      XxHandshake responder = fixed(AeadProvider.preferred(), Role.RESPONDER);
      boolean noticed = false;
      for (int i = 0; i < 3 && !noticed; i++) {
        byte[] wire = (i % 2 == 0 ? initiator : responder).write(PAYLOAD);
        if (i == altered) {
          wire[random.nextInt(wire.length)] ^= (byte) (1 << random.nextInt(8));
        }
        try {
          (i % 2 == 0 ? responder : initiator).read(wire);
        } catch (SecureChannelException e) {
          assertThat(e.reason()).isIn(Reason.DECRYPT_FAILED, Reason.MALFORMED);
          noticed = true;
        }
      }
      assertThat(noticed).as("seed %d: message %d was altered", seed, altered + 1).isTrue();
    }
  }

  @Test
  void truncatedAnywhere_isRefused() throws Exception {
    for (int cut = 0; cut < 3; cut++) {
      int length = NoiseVectors.WITHOUT_PAYLOADS.get(cut).wire().length;
      for (int keep = 0; keep < length; keep++) {
        XxHandshake initiator = fixed(AeadProvider.preferred(), Role.INITIATOR);
        XxHandshake responder = fixed(AeadProvider.preferred(), Role.RESPONDER);
        for (int i = 0; i < cut; i++) {
          (i % 2 == 0 ? responder : initiator)
              .read((i % 2 == 0 ? initiator : responder).write(NO_DATA));
        }
        byte[] wire = Arrays.copyOf((cut % 2 == 0 ? initiator : responder).write(NO_DATA), keep);
        XxHandshake reader = cut % 2 == 0 ? responder : initiator;
        assertThatThrownBy(() -> reader.read(wire))
            .as("message %d with %d of %d bytes", cut + 1, keep, length)
            .isInstanceOf(SecureChannelException.class);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(AeadProvider.class)
  void keyOfSmallOrder_isRefused(AeadProvider provider) {
    for (int value = 0; value < 2; value++) {
      byte[] smallOrder = new byte[32];
      smallOrder[0] = (byte) value;
      for (DhKey key : List.of(dhKeys(provider).generate(), new PortableDhKey(INITIATOR_STATIC))) {
        assertThatThrownBy(() -> key.agree(smallOrder))
            .isInstanceOfSatisfying(
                SecureChannelException.class,
                e -> assertThat(e.reason()).isEqualTo(Reason.MALFORMED));
      }
    }
  }

  @Test
  void agreement_isTheSameByBothProviders() throws Exception {
    DhKey other = dhKeys(AeadProvider.preferred()).generate();
    DhKey portable = new PortableDhKey(INITIATOR_STATIC);
    assertThat(other.agree(portable.publicKey())).isEqualTo(portable.agree(other.publicKey()));
  }

  private static XxHandshake fixed(AeadProvider provider, Role role) {
    return role == Role.INITIATOR
        ? new XxHandshake(
            provider,
            role,
            new PortableDhKey(INITIATOR_STATIC),
            new PortableDhKey(INITIATOR_EPHEMERAL))
        : new XxHandshake(
            provider,
            role,
            new PortableDhKey(RESPONDER_STATIC),
            new PortableDhKey(RESPONDER_EPHEMERAL));
  }

  private static XxHandshake random(AeadProvider provider, Role role) {
    DhKey.Generator keys = dhKeys(provider);
    return new XxHandshake(provider, role, keys.generate(), keys.generate());
  }

  private static DhKey.Generator dhKeys(AeadProvider provider) {
    return provider
        .security()
        .map(NativeDhKey::generator)
        .orElse(PortableDhKey.generator(new SecureRandom()));
  }

  private static HandshakeState oracle(int role) throws Exception {
    HandshakeState state = new HandshakeState(XxHandshake.PROTOCOL_NAME, role);
    state.getLocalKeyPair().generateKeyPair();
    state.start();
    return state;
  }

  private static void give(HandshakeState state, byte[] wire, byte[] expected) throws Exception {
    byte[] payload = new byte[wire.length];
    int length = state.readMessage(wire, 0, wire.length, payload, 0);
    assertThat(Arrays.copyOf(payload, length)).isEqualTo(expected);
  }

  private static byte[] take(HandshakeState state, byte[] payload) throws Exception {
    byte[] wire = new byte[1024];
    int length = state.writeMessage(wire, 0, payload, 0, payload.length);
    return Arrays.copyOf(wire, length);
  }

  private static void assertSameKeys(AeadProvider provider, XxHandshake ours, HandshakeState theirs)
      throws Exception {
    assertThat(ours.handshakeHash()).isEqualTo(theirs.getHandshakeHash());
    CipherStatePair pair = theirs.split();
    CipherState sender = ours.sender(provider);
    CipherState receiver = ours.receiver(provider);
    // More than 256 messages, so that a second byte of the counter comes into play.
    for (int i = 0; i < 300; i++) {
      byte[] plain = ("message " + i).getBytes(StandardCharsets.US_ASCII);
      byte[] sealed = sender.apply(NO_DATA, plain);
      byte[] opened = new byte[plain.length];
      assertThat(pair.getReceiver().decryptWithAd(NO_DATA, sealed, 0, opened, 0, sealed.length))
          .isEqualTo(plain.length);
      assertThat(opened).isEqualTo(plain);
      byte[] wire = new byte[plain.length + CipherState.TAG_BYTES];
      pair.getSender().encryptWithAd(NO_DATA, plain, 0, wire, 0, plain.length);
      assertThat(receiver.apply(NO_DATA, wire)).isEqualTo(plain);
    }
  }

  private static void assertStaticKeysKnown(XxHandshake ours, HandshakeState theirs) {
    byte[] key = new byte[32];
    theirs.getLocalKeyPair().getPublicKey(key, 0);
    assertThat(ours.remoteStatic()).isEqualTo(key);
  }
}
