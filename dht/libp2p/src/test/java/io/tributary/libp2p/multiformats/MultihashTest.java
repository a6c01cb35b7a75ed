package io.tributary.libp2p.multiformats;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.tributary.libp2p.multiformats.MalformedFormatException.Reason;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MultihashTest {

  /** The example of the multihash repository. */
  @Test
  void sha256_ofKnownText_hasTheseBytes() {
    assertThat(Multihash.sha256("Merkle–Damgård".getBytes(UTF_8)))
        .hasToString("122041dd7b6443542e75701aa98a0c235951a28a0d851b11564d20022ab11d2589a8");
  }

  @Test
  void identity_isItsContent() {
    Multihash hash = Multihash.identity(new byte[] {1, 2});

    assertThat(hash).hasToString("00020102");
    assertThat(hash.digest()).containsExactly(1, 2);
    assertThat(Multihash.decode(hash.toBytes())).isEqualTo(hash);
  }

  @Test
  void digest_ofAnUnknownFunction_isCarried() {
    Multihash hash = Multihash.decode(HexFormat.of().parseHex("a0e40203010203"));

    assertThat(hash.function()).isEqualTo(0xb220);
    assertThat(hash).hasToString("a0e40203010203");
  }

  @ParameterizedTest
  @CsvSource({
    "'', TRUNCATED",
    "12, TRUNCATED",
    "1220, TRUNCATED",
    "000101ff, TRAILING_BYTES",
    "1201aa, BAD_VALUE",
    "00ff01, TOO_LONG",
    "00ffffffffffffffff7f, TOO_LONG",
  })
  void bytes_malformed_areRefused(String hex, Reason reason) {
    assertThatExceptionOfType(MalformedFormatException.class)
        .isThrownBy(() -> Multihash.decode(HexFormat.of().parseHex(hex)))
        .satisfies(e -> assertThat(e.reason()).isEqualTo(reason));
  }

  @Test
  void digest_isCopiedInAndOut() {
    byte[] content = {1, 2};
    Multihash hash = Multihash.identity(content);
    content[0] = 9;
    hash.digest()[0] = 9;
    hash.toBytes()[0] = 9;

    assertThat(hash).hasToString("00020102");
  }

  @ParameterizedTest
  @CsvSource({
    "bafkqaaa, 85, 0000",
    "bafzbeie5745rpv2m6tjyuugywy4d5ewrqgqqhfnf445he3omzpjbx5xqxe, 114,"
        + " 12209dff3b17d74cf4d38a50d8b6383e92d181a10395a5e73a726dcccbd21bf6f0b9",
  })
  void cid_isCodecAndHash(String text, long codec, String hash) {
    Cid cid = Cid.parse(text);

    assertThat(cid.codec()).isEqualTo(codec);
    assertThat(cid.hash()).hasToString(hash);
    assertThat(cid).hasToString(text);
    assertThat(Cid.decode(cid.toBytes())).isEqualTo(cid);
    assertThat(Cid.parse(cid.toText(Multibase.BASE58_BTC))).isEqualTo(cid);
  }

  @ParameterizedTest
  @CsvSource({
    "00550000, UNKNOWN_CODE",
    "02550000, UNKNOWN_CODE",
    "01, TRUNCATED",
    "0155, TRUNCATED"
  })
  void cid_malformed_isRefused(String hex, Reason reason) {
    assertThatExceptionOfType(MalformedFormatException.class)
        .isThrownBy(() -> Cid.decode(HexFormat.of().parseHex(hex)))
        .satisfies(e -> assertThat(e.reason()).isEqualTo(reason));
  }
}
