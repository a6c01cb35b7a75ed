package io.tributary.libp2p.multiformats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.databind.JsonNode;
import io.tributary.libp2p.JsVectors;
import io.tributary.libp2p.multiformats.MalformedFormatException.Reason;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class PeerIdTest {
  private static final String SHA256_BASE58 = "QmYyQSo1c1Ym7orWxLYvCrM2EmxFTANf8wXmmE7DWjhx5N";
  private static final String SHA256_CID =
      "bafzbeie5745rpv2m6tjyuugywy4d5ewrqgqqhfnf445he3omzpjbx5xqxe";

  static Stream<JsonNode> jsKeys() {
    return JsVectors.each("keys");
  }

  @Test
  void texts_ofTheSpecification_nameOnePeer() {
    PeerId peer = PeerId.parse(SHA256_BASE58);

    assertThat(PeerId.parse(SHA256_CID)).isEqualTo(peer).hasSameHashCodeAs(peer);
    assertThat(peer).hasToString(SHA256_BASE58);
    assertThat(peer.toCid()).hasToString(SHA256_CID);
    assertThat(peer.inlineKey()).isEmpty();
    assertThat(PeerId.decode(peer.toBytes())).isEqualTo(peer);
  }

  @ParameterizedTest
  @MethodSource("jsKeys")
  void peer_isNamedAsInJs(JsonNode key) {
    byte[] publicKey = JsVectors.bytes(key, "publicKey");
    PeerId peer = PeerId.ofKey(publicKey);

    assertThat(peer).hasToString(key.get("peerId").asText());
    assertThat(peer.toCid()).hasToString(key.get("cid").asText());
    assertThat(peer.toCid().toText(Multibase.BASE36)).isEqualTo(key.get("cidBase36").asText());
    for (String text : List.of("peerId", "cid", "cidBase36")) {
      assertThat(PeerId.parse(key.get(text).asText())).isEqualTo(peer);
    }
    assertThat(peer.inlineKey().isPresent())
        .isEqualTo(publicKey.length <= PeerId.MAX_INLINE_KEY_BYTES);
    assertThat(peer.inlineKey().orElse(publicKey)).isEqualTo(publicKey);
  }

  @ParameterizedTest
  @CsvSource({"42, true", "43, false"})
  void key_isInlineUpTo42Bytes(int keyBytes, boolean inline) {
    byte[] key = new byte[keyBytes];

    assertThat(PeerId.ofKey(key).inlineKey().isPresent()).isEqualTo(inline);
    assertThat(PeerId.ofKey(key).inlineKey().orElse(key)).isEqualTo(key);
  }

  @ParameterizedTest
  @CsvSource({
    "'', TRUNCATED",
    "1, TRUNCATED",
    "12D3KooWD3eckifWpRn9wQpMG9R9hX3sD158z7EqHWmweQAJU5S0, BAD_CHARACTER",
    "12D3KooWD3eckifWpRn9wQpMG9R9hX3sD158z7EqHWmweQAJU5, TRAILING_BYTES",
    "QmYyQSo1c1Ym7orWxLYvCrM2EmxFTANf8wXmmE7DWjhx5, TRAILING_BYTES",
    "yYyQSo1c1Ym7orWxLYvCrM2EmxFTANf8wXmmE7DWjhx5N, UNKNOWN_CODE",
    "bafkreie5745rpv2m6tjyuugywy4d5ewrqgqqhfnf445he3omzpjbx5xqxe, BAD_VALUE",
  })
  void text_malformed_isRefused(String text, Reason reason) {
    assertThatExceptionOfType(MalformedFormatException.class)
        .isThrownBy(() -> PeerId.parse(text))
        .satisfies(e -> assertThat(e.reason()).isIn(reason, Reason.TRUNCATED));
  }

  @Test
  void text_tooLong_isRefused() {
    assertThatExceptionOfType(MalformedFormatException.class)
        .isThrownBy(() -> PeerId.parse("1".repeat(PeerId.MAX_CHARS + 1)))
        .satisfies(e -> assertThat(e.reason()).isEqualTo(Reason.TOO_LONG));
  }

  @ParameterizedTest
  @CsvSource({
    "0000, BAD_VALUE",
    "0001, TRUNCATED",
    "000100ff, TRAILING_BYTES",
    "1202aabb, BAD_VALUE",
    "1302aabb, UNKNOWN_CODE",
    "80000100, NOT_CANONICAL",
    "00810000, NOT_CANONICAL",
  })
  void bytes_malformed_areRefused(String hex, Reason reason) {
    assertThatExceptionOfType(MalformedFormatException.class)
        .isThrownBy(() -> PeerId.decode(HexFormat.of().parseHex(hex)))
        .satisfies(e -> assertThat(e.reason()).isEqualTo(reason));
  }

  @Test
  void identity_of43Bytes_isNoPeer() {
    assertThatExceptionOfType(MalformedFormatException.class)
        .isThrownBy(() -> PeerId.of(Multihash.identity(new byte[43])));
  }

  @Test
  void peers_areOrderedByUnsignedBytes() {
    PeerId low = PeerId.of(Multihash.identity(new byte[] {1}));
    PeerId high = PeerId.of(Multihash.identity(new byte[] {(byte) 0x81}));

    assertThat(low).isLessThan(high);
    assertThat(high).isLessThan(PeerId.parse(SHA256_BASE58));
  }
}
