package io.tributary.origin.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EndpointTest {
  @ParameterizedTest
  @CsvSource({
    "http://1.2.3.4:15001,       http://1.2.3.4:15001",
    "https://1.2.3.4:15001/,     https://1.2.3.4:15001",
    "1.2.3.4:15001,              http://1.2.3.4:15001",
    "1.2.3.4,                    http://1.2.3.4:80",
    "https://Miner-1.Example.com, https://miner-1.example.com:443",
    "HTTP://localhost:1,         http://localhost:1",
    "http://[::1]:8080/a/b.c/,   http://[::1]:8080/a/b.c",
    "http://[2001:DB8::7],       http://[2001:db8::7]:80",
    "deoss-sgp.cess.network/,    http://deoss-sgp.cess.network:80"
  })
  void goodEndpoint_isRead(String text, String expected) {
    assertThat(Endpoint.parse(text)).hasToString(expected);
    assertThat(Endpoint.parse(text + "\0\0\0")).hasToString(expected);
    assertThat(Endpoint.parse(expected)).isEqualTo(Endpoint.parse(text));
  }

  @Test
  void resource_isResolvedBelowThePath() {
    assertThat(Endpoint.parse("https://a.b/c/").resolve("/fragment"))
        .hasToString("https://a.b:443/c/fragment");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "\0\0",
        "ftp://1.2.3.4",
        "http://",
        "http:///x",
        "http://user@1.2.3.4",
        "http://1.2.3.4:0",
        "http://1.2.3.4:65536",
        "http://1.2.3.4:-1",
        "http://1.2.3.4:80?x=1",
        "http://1.2.3.4/#x",
        "http://1.2.3.4/../x",
        "http://1.2.3.4/./x",
        "http://1.2.3.4/%2e%2e",
        "http://1.2.3.4//x",
        "http://1.2.3",
        "http://127.1",
        "http://0177.0.0.1",
        "http://1.2.3.256",
        "http://2130706433",
        "http://[::1",
        "http://[:::]",
        "http://[1.2.3.4]",
        "http://-a.b",
        "http://a..b",
        "http://a.b.",
        "http://a_b",
        "http://a b",
        " http://a.b",
        "http://a.b\r\nX: y",
        "http://a\0b",
        "http://é.com"
      })
  void anythingElse_isRefused(String text) {
    assertThatThrownBy(() -> Endpoint.parse(text)).isInstanceOf(MalformedEndpointException.class);
  }

  @Test
  void textTooLong_isRefused() {
    assertThatThrownBy(() -> Endpoint.parse("http://a.b/" + "x".repeat(Endpoint.MAX_CHARS)))
        .isInstanceOf(MalformedEndpointException.class)
        .hasMessageContaining("256");
  }

  @Test
  void textThatBecomesTooLongInFull_isRefused() {
    String text = "a.b/" + "x".repeat(Endpoint.MAX_CHARS - 4 - "http://:80".length());
    assertThat(Endpoint.parse(text).toString()).hasSize(Endpoint.MAX_CHARS);
    assertThatThrownBy(() -> Endpoint.parse(text + "x"))
        .isInstanceOf(MalformedEndpointException.class)
        .hasMessageContaining("in full");
  }

  @ParameterizedTest
  @ValueSource(strings = {"x", "/", "/a/", "/a b", "/a?b", "/../b"})
  void pathOfAnotherForm_isRefused(String path) {
    assertThatThrownBy(() -> new Endpoint(false, "a.b", 80, path))
        .isInstanceOf(MalformedEndpointException.class);
  }
}
