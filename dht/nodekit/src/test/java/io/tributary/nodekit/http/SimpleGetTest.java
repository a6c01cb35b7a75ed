package io.tributary.nodekit.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class SimpleGetTest {
  private final SimpleGet request = new SimpleGet(HttpLimits.publicContent());

  private boolean reads(String text) {
    return request.read(Unpooled.copiedBuffer(text, ISO_8859_1));
  }

  @Test
  void plainGetOfARange_isRead_andWhatFollowsIsLeft() {
    String first =
        String.join(
            "\r\n",
            "GET /fragment/0a/1 HTTP/1.1",
            "HOST: a:1",
            "range: bytes=5-17",
            "User-Agent: x",
            "accept: */*",
            "Accept-Encoding: gzip",
            "Connection: Keep-Alive",
            "",
            "");
    assertThat(reads(first + "GET /")).isTrue();
    assertThat(request.path()).isEqualTo("/fragment/0a/1");
    assertThat(request.range()).isEqualTo(new ByteSpan(5, 13));
    assertThat(request.end()).isEqualTo(first.length());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "HEAD /a HTTP/1.1\r\nHost: a\r\nRange: bytes=0-1\r\n\r\n",
        "GET /a HTTP/1.0\r\nHost: a\r\nRange: bytes=0-1\r\n\r\n",
        "GET http://a/a HTTP/1.1\r\nHost: a\r\nRange: bytes=0-1\r\n\r\n",
        "GET /a?b HTTP/1.1\r\nHost: a\r\nRange: bytes=0-1\r\n\r\n",
        "GET /%61 HTTP/1.1\r\nHost: a\r\nRange: bytes=0-1\r\n\r\n",
        "GET /a HTTP/1.1\r\nRange: bytes=0-1\r\n\r\n",
        "GET /a HTTP/1.1\r\nHost: a\r\nHost: a\r\nRange: bytes=0-1\r\n\r\n",
        "GET /a HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET /a HTTP/1.1\r\nHost: a\r\nRange: bytes=0-1\r\nRange: bytes=0-1\r\n\r\n",
        "GET /a HTTP/1.1\r\nHost: a\r\nRange: bytes=0-\r\n\r\n",
        "GET /a HTTP/1.1\r\nHost: a\r\nRange: bytes=-1\r\n\r\n",
        "GET /a HTTP/1.1\r\nHost: a\r\nRange: bytes=2-1\r\n\r\n",
        "GET /a HTTP/1.1\r\nHost: a\r\nRange: bytes=0-1,3-4\r\n\r\n",
        "GET /a HTTP/1.1\r\nHost: a\r\nRange: bytes=0-1 \r\n\r\n",
        "GET /a HTTP/1.1\r\nHost: a\r\nRange: bytes=0-9999999999999999999\r\n\r\n",
        "GET /a HTTP/1.1\r\nHost: a\r\nRange: bytes=0-1\r\nIf-Range: x\r\n\r\n",
        "GET /a HTTP/1.1\r\nHost: a\r\nRange: bytes=0-1\r\nIf-None-Match: *\r\n\r\n",
        "GET /a HTTP/1.1\r\nHost: a\r\nRange: bytes=0-1\r\nAuthorization: b\r\n\r\n",
        "GET /a HTTP/1.1\r\nHost: a\r\nRange: bytes=0-1\r\nContent-Length: 5\r\n\r\n",
        "GET /a HTTP/1.1\r\nHost: a\r\nRange: bytes=0-1\r\nConnection: close\r\n\r\n",
        "GET /a HTTP/1.1\r\nHost: a\r\nRange: bytes=0-1\r\nOrigin: http://b\r\n\r\n",
        "GET /a HTTP/1.1\r\nHost: a\r\nRange : bytes=0-1\r\n\r\n",
        "GET /a HTTP/1.1\r\nHost: a\r\nRange: bytes=0-1\r\n b\r\n\r\n",
        "GET /a HTTP/1.1\r\nHost: a\nRange: bytes=0-1\r\n\r\n",
        "GET /a HTTP/1.1\r\nHost: a\r\nRange: bytes=0-1\r\n",
        "GET /a HTTP/1.1\r\nHost: a\r\nRange: bytes=0-1\r\n\r",
        "GET /a",
        ""
      })
  void anythingElse_isLeftToTheUsualWay(String text) {
    assertThat(reads(text)).isFalse();
  }

  @Test
  void longPath_isLeftToTheUsualWay() {
    String path = "/" + "a".repeat(HttpLimits.publicContent().maxTargetChars());
    assertThat(reads("GET " + path + " HTTP/1.1\r\nHost: a\r\nRange: bytes=0-1\r\n\r\n")).isFalse();
  }

  @FuzzTest
  void anyBytes_areReadOrLeft(byte[] bytes) {
    ByteBuf in = Unpooled.wrappedBuffer(bytes);
    if (request.read(in)) {
      assertThat(request.path()).matches("/[0-9A-Za-z/._-]*");
      assertThat(request.range().lengthBytes()).isPositive();
      assertThat(request.end()).isBetween(1, bytes.length);
      assertThat(in.toString(request.end() - 4, 4, ISO_8859_1)).isEqualTo("\r\n\r\n");
    }
    assertThat(in.readerIndex()).isZero();
  }
}
