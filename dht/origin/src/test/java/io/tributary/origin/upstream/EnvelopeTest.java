package io.tributary.origin.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EnvelopeTest {
  @Test
  void envelope_isRead() {
    Envelope envelope = Envelope.parse(utf8("{\"code\":404,\"msg\":\"not found\"}")).orElseThrow();
    assertThat(envelope.code()).isEqualTo(404);
    assertThat(envelope.message()).isEqualTo("not found");
    assertThat(envelope.data().isMissingNode()).isTrue();
    assertThat(envelope.isOk()).isFalse();
  }

  @Test
  void secondValue_isIgnored() {
    Envelope envelope =
        Envelope.parse(utf8("{\"code\":200,\"data\":{\"a\":1}}{\"code\":500}")).orElseThrow();
    assertThat(envelope.isOk()).isTrue();
    assertThat(envelope.data().path("a").asInt()).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "null",
        "[]",
        "\"text\"",
        "{}",
        "{\"code\":\"200\"}",
        "{\"code\":200.5}",
        "{\"code\":99999999999}",
        "{\"code\":200,\"msg\":7}",
        "{\"code\":200,\"code\":500}",
        "{\"code\":200",
        "<html>"
      })
  void anythingElse_isNoEnvelope(String text) {
    assertThat(Envelope.parse(utf8(text))).isEmpty();
  }

  @Test
  void deepNesting_isNoEnvelope() {
    String deep = "[".repeat(1000) + "]".repeat(1000);
    assertThat(Envelope.parse(utf8("{\"code\":200,\"data\":" + deep + "}"))).isEmpty();
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
