package io.tributary.origin.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HexFormat;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SignedTextTest {
  private static final Sr25519KeyPair PAIR = Sr25519KeyPair.generate(new SecureRandom());
  private static final String ADDRESS =
      new Ss58Address(Ss58Address.CESS_TESTNET, PAIR.account()).toString();

  @Test
  void textSignedByUs_isValid() {
    assertThat(SignedText.sign(PAIR, "hello").isValid()).isTrue();
  }

  @Test
  void timeText_isUnixSeconds() {
    Clock clock = Clock.fixed(Instant.parse("2026-01-02T03:04:05.678Z"), ZoneOffset.UTC);
    SignedText signed = SignedText.signTime(PAIR, clock);
    assertThat(signed.text()).isEqualTo("1767323045");
    assertThat(signed.isValid()).isTrue();
  }

  @Test
  void walletSignature_isValid() {
    IdentityVectors.Wrapped wallet = IdentityVectors.load().wrapped();
    SignedText signed =
        SignedText.parse(wallet.address(), wallet.text(), wallet.signature()).orElseThrow();
    assertThat(signed.isValid()).isTrue();
    assertThat(new SignedText(signed.account(), "1700000001", signed.signature()).isValid())
        .isFalse();
  }

  @Test
  void headers_areReadInEveryFormServersTake() {
    SignedText signed = SignedText.sign(PAIR, "hello");
    String hex = signed.signature();
    assertThat(SignedText.parse(ADDRESS, "hello", hex)).contains(signed);
    assertThat(SignedText.parse(ADDRESS, "hello", "0x" + hex)).contains(signed);
    assertThat(SignedText.parse(ADDRESS, "hello", hex.toUpperCase(Locale.ROOT))).contains(signed);
  }

  @Test
  void malformedHeaders_areNotRead() {
    String hex = SignedText.sign(PAIR, "hello").signature();
    assertThat(SignedText.parse("cX", "hello", hex)).isEmpty();
    assertThat(SignedText.parse(ADDRESS, "", hex)).isEmpty();
    assertThat(SignedText.parse(ADDRESS, "hello", hex.substring(2))).isEmpty();
    assertThat(SignedText.parse(ADDRESS, "hello", "g".repeat(128))).isEmpty();
    assertThat(SignedText.parse(ADDRESS, "hello", "0x0x" + hex.substring(2))).isEmpty();
  }

  @Test
  void signatureOfAnother_isInvalid() {
    SignedText signed = SignedText.sign(Sr25519KeyPair.generate(new SecureRandom()), "hello");
    assertThat(new SignedText(PAIR.account(), "hello", signed.signature()).isValid()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "two\nlines", "\u007f", "é"})
  void textThatIsNoHeader_isRefused(String text) {
    assertThatThrownBy(() -> SignedText.sign(PAIR, text))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void textTooLong_isRefused() {
    assertThat(SignedText.sign(PAIR, "x".repeat(256)).isValid()).isTrue();
    assertThatThrownBy(() -> SignedText.sign(PAIR, "x".repeat(257)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("256");
  }

  @Test
  void wrap_framesTheMessage() {
    assertThat(SignedText.wrap("a".getBytes(StandardCharsets.US_ASCII)))
        .isEqualTo("<Bytes>a</Bytes>".getBytes(StandardCharsets.US_ASCII));
    assertThat(HexFormat.of().formatHex(SignedText.wrap(new byte[0])))
        .isEqualTo("3c42797465733e3c2f42797465733e");
  }
}
