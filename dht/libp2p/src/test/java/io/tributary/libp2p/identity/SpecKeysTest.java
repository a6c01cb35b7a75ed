package io.tributary.libp2p.identity;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tributary.libp2p.multiformats.Multihash;
import io.tributary.libp2p.multiformats.PeerId;
import java.io.IOException;
import java.io.InputStream;
import java.util.HexFormat;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The four key pairs of the specification. */
class SpecKeysTest {
  private static final byte[] MESSAGE = "a message".getBytes(UTF_8);

  record SpecKey(KeyType type, String privateHex, String publicHex) {
    byte[] privateKey() {
      return HexFormat.of().parseHex(privateHex);
    }

    byte[] publicKey() {
      return HexFormat.of().parseHex(publicHex);
    }

    @Override
    public String toString() {
      return type.name();
    }
  }

  static Stream<SpecKey> keys() throws IOException {
    try (InputStream in = SpecKeysTest.class.getResourceAsStream("spec-keys.json")) {
      JsonNode keys = new ObjectMapper().readTree(in).get("keys");
      assertThat(keys).hasSize(KeyType.values().length);
      return StreamSupport.stream(keys.spliterator(), false)
          .map(
              key ->
                  new SpecKey(
                      KeyType.valueOf(key.get("type").asText()),
                      key.get("privateKey").asText(),
                      key.get("publicKey").asText()));
    }
  }

  @ParameterizedTest
  @MethodSource("keys")
  void publicKey_isReadAndWrittenByteForByte(SpecKey key) {
    PublicKey decoded = PublicKey.decode(key.publicKey());

    assertThat(decoded.type()).isEqualTo(key.type());
    assertThat(decoded.encode()).isEqualTo(key.publicKey());
    assertThat(PublicKey.of(decoded.type(), decoded.data())).isEqualTo(decoded);
  }

  @ParameterizedTest
  @MethodSource("keys")
  void privateKey_givesItsPublicKeyAndIsWrittenByteForByte(SpecKey key) {
    PrivateKey decoded = PrivateKey.decode(key.privateKey());

    assertThat(decoded.publicKey().encode()).isEqualTo(key.publicKey());
    assertThat(decoded.encode()).isEqualTo(key.privateKey());
    assertThat(decoded.toString())
        .doesNotContain(HexFormat.of().formatHex(key.privateKey(), 4, 36));
  }

  @ParameterizedTest
  @MethodSource("keys")
  void signature_isAcceptedForItsMessageOnly(SpecKey key) {
    PrivateKey signer = PrivateKey.decode(key.privateKey());
    byte[] signature = signer.sign(MESSAGE);

    assertThat(signer.publicKey().verify(MESSAGE, signature)).isTrue();
    assertThat(signer.publicKey().verify("another".getBytes(UTF_8), signature)).isFalse();
    for (int i = 0; i < signature.length; i++) {
      byte[] bent = signature.clone();
      bent[i] ^= 1;
      assertThat(signer.publicKey().verify(MESSAGE, bent)).as("bit 0 of byte %d", i).isFalse();
    }
  }

  @ParameterizedTest
  @MethodSource("keys")
  void peerId_isTheKeyIfShortAndItsHashIfLong(SpecKey key) {
    PublicKey publicKey = PublicKey.decode(key.publicKey());
    PeerId peer = publicKey.peerId();

    if (key.publicKey().length <= PeerId.MAX_INLINE_KEY_BYTES) {
      assertThat(peer.toMultihash()).isEqualTo(Multihash.identity(key.publicKey()));
      assertThat(PublicKey.inlineIn(peer)).isEqualTo(Optional.of(publicKey));
    } else {
      assertThat(peer.toMultihash()).isEqualTo(Multihash.sha256(key.publicKey()));
      assertThat(PublicKey.inlineIn(peer)).isEmpty();
    }
    assertThat(PeerId.parse(peer.toString())).isEqualTo(peer);
    assertThat(PeerId.parse(peer.toCid().toString())).isEqualTo(peer);
  }
}
