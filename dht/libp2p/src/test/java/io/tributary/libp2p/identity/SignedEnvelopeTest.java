package io.tributary.libp2p.identity;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.protobuf.ByteString;
import io.tributary.libp2p.JsVectors;
import io.tributary.libp2p.identity.InvalidEnvelopeException.Reason;
import io.tributary.libp2p.multiformats.Multiaddr;
import io.tributary.libp2p.wire.EnvelopeMessages.Envelope;
import io.tributary.libp2p.wire.PeerRecordMessages;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SignedEnvelopeTest {
  private static final PrivateKey ALICE = PrivateKey.ofEd25519Seed(new byte[32]);
  private static final PrivateKey BOB = PrivateKey.ofEd25519Seed("b".repeat(32).getBytes(UTF_8));
  private static final EnvelopeKind KIND = EnvelopeKind.of("a-domain", new byte[] {3, 9});
  private static final byte[] PAYLOAD = "payload".getBytes(UTF_8);
  private static final Multiaddr ADDRESS = Multiaddr.parse("/ip4/192.0.2.1/tcp/4001");

  @Test
  void envelope_isOpenedAsItWasSealed() {
    SignedEnvelope sealed = SignedEnvelope.seal(ALICE, KIND, PAYLOAD);
    SignedEnvelope opened = SignedEnvelope.open(sealed.toBytes(), KIND);

    assertThat(opened.signer()).isEqualTo(ALICE.publicKey());
    assertThat(opened.payload()).isEqualTo(PAYLOAD);
    assertThat(opened.kind()).isEqualTo(KIND);
    assertThat(opened.toBytes()).isEqualTo(sealed.toBytes());
  }

  /** What is signed, spelt out once by hand. */
  @Test
  void signature_isOverLengthsDomainTypeAndPayload() throws Exception {
    Envelope sent = Envelope.parseFrom(SignedEnvelope.seal(ALICE, KIND, PAYLOAD).toBytes());
    byte[] signed =
        HexFormat.of()
            .parseHex("08" + hex("a-domain".getBytes(UTF_8)) + "02" + "0309" + "07" + hex(PAYLOAD));

    assertThat(ALICE.publicKey().verify(signed, sent.getSignature().toByteArray())).isTrue();
    assertThat(sent.getPublicKey().toByteArray()).isEqualTo(ALICE.publicKey().encode());
  }

  @Test
  void envelope_bentAnywhere_isRefused() {
    byte[] sealed = SignedEnvelope.seal(ALICE, KIND, PAYLOAD).toBytes();
    for (int i = 0; i < sealed.length; i++) {
      byte[] bent = sealed.clone();
      bent[i] ^= 4;
      assertThatExceptionOfType(InvalidEnvelopeException.class)
          .as("byte %d", i)
          .isThrownBy(() -> SignedEnvelope.open(bent, KIND));
    }
  }

  @Test
  void envelope_ofAnotherPurpose_isRefused() {
    byte[] sealed = SignedEnvelope.seal(ALICE, KIND, PAYLOAD).toBytes();

    assertRefused(
        Reason.OTHER_TYPE,
        () -> SignedEnvelope.open(sealed, EnvelopeKind.of("a-domain", new byte[] {3, 1})));
    assertRefused(
        Reason.WRONG_SIGNATURE,
        () -> SignedEnvelope.open(sealed, EnvelopeKind.of("b-domain", new byte[] {3, 9})));
  }

  @Test
  void envelope_withAnotherKey_isRefused() throws Exception {
    Envelope sealed = Envelope.parseFrom(SignedEnvelope.seal(ALICE, KIND, PAYLOAD).toBytes());
    Envelope claimed =
        sealed.toBuilder().setPublicKey(ByteString.copyFrom(BOB.publicKey().encode())).build();

    assertRefused(Reason.WRONG_SIGNATURE, () -> SignedEnvelope.open(claimed.toByteArray(), KIND));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "ff", "0a00", "0a0408011200"})
  void envelope_unreadable_isRefused(String hex) {
    EnvelopeKind any = KIND;
    byte[] bytes = HexFormat.of().parseHex(hex);

    assertThatExceptionOfType(InvalidEnvelopeException.class)
        .isThrownBy(() -> SignedEnvelope.open(bytes, any))
        .satisfies(e -> assertThat(e.reason()).isIn(Reason.MALFORMED, Reason.OTHER_TYPE));
  }

  @Test
  void envelope_tooLong_isRefused() {
    byte[] sealed = SignedEnvelope.seal(ALICE, KIND, new byte[SignedEnvelope.MAX_BYTES]).toBytes();

    assertRefused(Reason.MALFORMED, () -> SignedEnvelope.open(sealed, KIND));
  }

  @Test
  void peerRecord_ofJs_isOpenedAndSealedByteForByte() {
    JsonNode vector = JsVectors.get("peerRecord");
    byte[] envelope = JsVectors.bytes(vector, "envelope");
    PeerRecord record = PeerRecord.open(envelope);

    assertThat(record.peerId()).hasToString(vector.get("peerId").asText());
    assertThat(record.sequence()).isEqualTo(vector.get("sequence").asLong());
    assertThat(record.addresses())
        .extracting(Multiaddr::toString)
        .isEqualTo(
            StreamSupport.stream(vector.get("addresses").spliterator(), false)
                .map(JsonNode::asText)
                .toList());
    PrivateKey key =
        PrivateKey.decode(
            JsVectors.bytes(JsVectors.each("keys").findFirst().orElseThrow(), "privateKey"));
    assertThat(record.seal(key).toBytes()).isEqualTo(envelope);
  }

  @Test
  void peerRecord_ofAnotherPeer_isRefused() {
    PeerRecord alices = new PeerRecord(ALICE.peerId(), 1, List.of(ADDRESS));
    byte[] payload = alices.seal(ALICE).payload();
    byte[] forged = SignedEnvelope.seal(BOB, PeerRecord.KIND, payload).toBytes();

    assertRefused(Reason.OTHER_SIGNER, () -> PeerRecord.open(forged));
    assertThatIllegalArgumentException().isThrownBy(() -> alices.seal(BOB));
  }

  @Test
  void peerRecord_addressOfUnknownProtocol_isLeftOut() {
    PeerRecordMessages.PeerRecord message =
        PeerRecordMessages.PeerRecord.newBuilder()
            .setPeerId(ByteString.copyFrom(ALICE.peerId().toBytes()))
            .setSeq(-1)
            .addAddresses(info(new byte[] {0x21}))
            .addAddresses(info(ADDRESS.toBytes()))
            .addAddresses(info(new byte[0]))
            .build();
    byte[] sealed = SignedEnvelope.seal(ALICE, PeerRecord.KIND, message.toByteArray()).toBytes();

    PeerRecord record = PeerRecord.open(sealed);
    assertThat(record.addresses()).containsExactly(ADDRESS);
    assertThat(Long.toUnsignedString(record.sequence())).isEqualTo("18446744073709551615");
  }

  @Test
  void peerRecord_tooManyAddresses_isRefused() {
    PeerRecordMessages.PeerRecord.Builder message =
        PeerRecordMessages.PeerRecord.newBuilder()
            .setPeerId(ByteString.copyFrom(ALICE.peerId().toBytes()));
    for (int i = 0; i <= PeerRecord.MAX_ADDRESSES; i++) {
      message.addAddresses(info(ADDRESS.toBytes()));
    }
    byte[] sealed =
        SignedEnvelope.seal(ALICE, PeerRecord.KIND, message.build().toByteArray()).toBytes();

    assertRefused(Reason.MALFORMED, () -> PeerRecord.open(sealed));
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                new PeerRecord(
                    ALICE.peerId(), 1, Collections.nCopies(PeerRecord.MAX_ADDRESSES + 1, ADDRESS)));
  }

  @Test
  void peerRecord_unreadablePayload_isRefused() {
    byte[] sealed = SignedEnvelope.seal(ALICE, PeerRecord.KIND, new byte[] {1, 2, 3}).toBytes();
    byte[] empty = SignedEnvelope.seal(ALICE, PeerRecord.KIND, new byte[0]).toBytes();

    assertRefused(Reason.MALFORMED, () -> PeerRecord.open(sealed));
    assertRefused(Reason.MALFORMED, () -> PeerRecord.open(empty));
  }

  @Test
  void peerRecord_withLargerSequence_supersedes() {
    PeerRecord first = new PeerRecord(ALICE.peerId(), 1, List.of());
    PeerRecord last = new PeerRecord(ALICE.peerId(), -1, List.of());
    PeerRecord bobs = new PeerRecord(BOB.peerId(), 5, List.of());

    assertThat(last.supersedes(first)).isTrue();
    assertThat(first.supersedes(last)).isFalse();
    assertThat(first.supersedes(first)).isFalse();
    assertThat(bobs.supersedes(first)).isFalse();
  }

  private static PeerRecordMessages.PeerRecord.AddressInfo info(byte[] address) {
    return PeerRecordMessages.PeerRecord.AddressInfo.newBuilder()
        .setMultiaddr(ByteString.copyFrom(address))
        .build();
  }

  private static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }

  private static void assertRefused(Reason reason, Runnable call) {
    assertThatExceptionOfType(InvalidEnvelopeException.class)
        .isThrownBy(call::run)
        .satisfies(e -> assertThat(e.reason()).isEqualTo(reason));
  }
}
