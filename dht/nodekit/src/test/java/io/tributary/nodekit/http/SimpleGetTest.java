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

  private static String get(String path, String range) {
    return "GET " + path + " HTTP/1.1\r\nHost: a\r\nRange: bytes=" + range + "\r\n\r\n";
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
    assertThat(request.lengthBytes()).isEqualTo(first.length());
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

  /** A buffer may have been read in part, and what is there now is not what was there before. */
  @Test
  void requestBehindAnother_isReadForItself() {
    String both = get("/long/enough", "10-20") + get("/b", "1-2");
    ByteBuf in = Unpooled.copiedBuffer(both, ISO_8859_1);
    assertThat(request.read(in)).isTrue();
    in.skipBytes(request.lengthBytes());
    assertThat(request.read(in)).isTrue();
    assertThat(request.path()).isEqualTo("/b");
    assertThat(request.range()).isEqualTo(new ByteSpan(1, 2));
    in.skipBytes(request.lengthBytes());
    assertThat(in.isReadable()).isFalse();
    assertThat(request.read(in)).isFalse();
  }

  /** What was left in the copy by the request before does not complete one that is cut. */
  @Test
  void requestCutAnywhere_isLeftToTheUsualWay() {
    String whole = get("/a", "0-1");
    for (int length = 0; length < whole.length(); length++) {
      assertThat(reads(whole)).isTrue();
      assertThat(reads(whole.substring(0, length))).as("%d bytes", length).isFalse();
    }
  }

  @Test
  void fieldsLongerThanALimit_areLeftToTheUsualWay() {
    String start = "GET /a HTTP/1.1\r\nHost: a\r\nRange: bytes=0-1\r\nAccept: ";
    int room = SimpleGet.MAX_BYTES - start.length() - 4;
    assertThat(reads(start + "a".repeat(room) + "\r\n\r\n")).isTrue();
    assertThat(reads(start + "a".repeat(room + 1) + "\r\n\r\n")).isFalse();
    HttpLimits usual = HttpLimits.publicContent();
    HttpLimits tight =
        new HttpLimits(
            1,
            1,
            1,
            1,
            40,
            50,
            1,
            usual.receiveWithin(),
            usual.answerWithin(),
            usual.stalledFor(),
            usual.idleFor(),
            usual.drainFor());
    SimpleGet narrow = new SimpleGet(tight);
    String fields = "Host: a\r\nRange: bytes=0-1\r\n";
    String full = fields + "Accept: " + "a".repeat(50 - fields.length() - 12) + "\r\n\r\n";
    String line = "GET /" + "a".repeat(40 - 16) + " HTTP/1.1\r\n";
    assertThat(full).hasSize(50);
    assertThat(line).hasSize(40);
    assertThat(narrow.read(Unpooled.copiedBuffer(line + full, ISO_8859_1))).isTrue();
    assertThat(narrow.read(Unpooled.copiedBuffer(line + "Accept:\r\n" + full, ISO_8859_1)))
        .isFalse();
    assertThat(narrow.read(Unpooled.copiedBuffer(line.replace("/a", "/aa") + full, ISO_8859_1)))
        .isFalse();
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
      assertThat(request.lengthBytes()).isBetween(1, bytes.length);
      assertThat(in.toString(request.lengthBytes() - 4, 4, ISO_8859_1)).isEqualTo("\r\n\r\n");
    }
    assertThat(in.readerIndex()).isZero();
  }
}
