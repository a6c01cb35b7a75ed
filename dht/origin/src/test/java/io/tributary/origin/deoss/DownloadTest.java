package io.tributary.origin.deoss;

import static io.tributary.origin.deoss.DeossFixture.BIG;
import static io.tributary.origin.deoss.DeossFixture.BIG_MANIFEST;
import static io.tributary.origin.deoss.DeossFixture.SMALL;
import static io.tributary.origin.deoss.DeossFixture.SMALL_MANIFEST;
import static io.tributary.origin.deoss.DeossFixture.failure;
import static io.tributary.origin.deoss.DeossFixture.get;
import static io.tributary.origin.deoss.DeossFixture.manifest;
import static io.tributary.origin.deoss.DeossFixture.range;
import static io.tributary.origin.deoss.DeossFixture.reason;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.tributary.content.Layout;
import io.tributary.content.Manifest;
import io.tributary.origin.upstream.Consumer;
import io.tributary.origin.upstream.FakeServer;
import io.tributary.origin.upstream.Transfer;
import io.tributary.origin.upstream.UpstreamException;
import io.tributary.origin.upstream.UpstreamReason;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Files and ranges from a gateway. */
class DownloadTest {
  private final DeossFixture fixture = new DeossFixture();

  @AfterEach
  void close() {
    fixture.close();
  }

  @ParameterizedTest
  @CsvSource({"FILE_DOWNLOAD, /file/download/", "DOWNLOAD, /download/", "FILE_OPEN, /file/open/"})
  void smallFile_isDownloadedFromEveryPath(DownloadPath path, String resource) throws Exception {
    try (FakeServer gateway = FakeServer.start(request -> request.sendBytes(SMALL))) {
      Consumer consumer = Consumer.greedy();
      Transfer transfer =
          get(fixture.client().download(gateway.endpoint(), path, SMALL_MANIFEST, consumer));
      assertThat(transfer.bytes()).isEqualTo(SMALL.length);
      assertThat(consumer.bytes()).isEqualTo(SMALL);
      assertThat(consumer.signals()).containsExactly("subscribed", "complete");
      FakeServer.Request request = gateway.requests().get(0);
      assertThat(request.line())
          .isEqualTo("GET " + resource + SMALL_MANIFEST.fid().toHex() + " HTTP/1.1");
      assertThat(request.header("Content-Range")).isEmpty();
    }
  }

  @Test
  void fileOfManySegments_isVerifiedWhileItComes() throws Exception {
    try (FakeServer gateway = FakeServer.start(request -> request.sendBytes(BIG))) {
      Consumer consumer = Consumer.greedy();
      get(download(gateway, BIG_MANIFEST, consumer));
      assertThat(consumer.bytes()).isEqualTo(BIG);
    }
  }

  @Test
  void wrongSegment_endsTheDownloadThere() throws Exception {
    byte[] wrong = BIG.clone();
    wrong[Layout.SEGMENT_BYTES + 5] ^= 1;
    try (FakeServer gateway = FakeServer.start(request -> request.sendBytes(wrong))) {
      Consumer consumer = Consumer.greedy();
      UpstreamException failure = failure(download(gateway, BIG_MANIFEST, consumer));
      assertThat(failure.reason()).isEqualTo(UpstreamReason.WRONG_HASH);
      assertThat(failure).hasMessageContaining("segment 1 ");
      await().until(() -> consumer.failure() != null);
      assertThat(consumer.size()).isLessThan(BIG.length);
    }
  }

  @Test
  void wrongFirstSegment_endsTheDownloadBeforeTheSecond() throws Exception {
    byte[] wrong = BIG.clone();
    wrong[5] ^= 1;
    try (FakeServer gateway = FakeServer.start(request -> request.sendBytes(wrong))) {
      Consumer consumer = Consumer.greedy();
      assertThat(failure(download(gateway, BIG_MANIFEST, consumer)))
          .hasMessageContaining("WRONG_HASH, segment 0 ");
      await().until(() -> consumer.failure() != null);
      assertThat(consumer.size()).isLessThan(Layout.SEGMENT_BYTES);
    }
  }

  @Test
  void wrongLastByte_isNeverHandedOn() throws Exception {
    byte[] wrong = SMALL.clone();
    wrong[SMALL.length - 1] ^= 1;
    try (FakeServer gateway = FakeServer.start(request -> request.sendBytes(wrong))) {
      Consumer consumer = Consumer.greedy();
      assertThat(reason(download(gateway, SMALL_MANIFEST, consumer)))
          .isEqualTo(UpstreamReason.WRONG_HASH);
      assertThat(consumer.size()).isLessThan(SMALL.length);
    }
  }

  @Test
  void emptyFirstAnswer_isAskedAgain() throws Exception {
    AtomicInteger asked = new AtomicInteger();
    try (FakeServer gateway =
        FakeServer.start(
            request -> {
              if (asked.incrementAndGet() == 1) {
                request.sendHead(0);
              } else {
                request.sendBytes(SMALL);
              }
            })) {
      Consumer consumer = Consumer.greedy();
      CompletableFuture<Transfer> call =
          fixture
              .client(DeossClient.DEFAULT_LIMITS)
              .download(gateway.endpoint(), DownloadPath.FILE_DOWNLOAD, SMALL_MANIFEST, consumer);
      await().until(this::isPausing);
      fixture.runtime.time().advance(Duration.ofSeconds(1));
      assertThat(get(call).attempts()).isEqualTo(2);
      assertThat(consumer.bytes()).isEqualTo(SMALL);
      assertThat(consumer.signals()).containsExactly("subscribed", "complete");
    }
  }

  @Test
  void gatewayThatStaysEmpty_isGivenUp() throws Exception {
    try (FakeServer gateway = FakeServer.start(request -> request.sendHead(0))) {
      Consumer consumer = Consumer.greedy();
      CompletableFuture<Transfer> call =
          fixture
              .client(DeossClient.DEFAULT_LIMITS)
              .download(gateway.endpoint(), DownloadPath.FILE_DOWNLOAD, SMALL_MANIFEST, consumer);
      await()
          .until(
              () -> {
                if (isPausing()) {
                  fixture.runtime.time().advance(Duration.ofSeconds(1));
                }
                return call.isDone();
              });
      UpstreamException failure = failure(call);
      assertThat(failure.reason()).isEqualTo(UpstreamReason.EMPTY_ANSWER);
      assertThat(failure.attempts()).isEqualTo(3);
      assertThat(gateway.requests()).hasSize(3);
      assertThat(consumer.signals()).containsExactly("subscribed", "error");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "200, '{\"code\":404,\"msg\":\"not found\"}',      NOT_FOUND",
    "200, '{\"code\":400,\"msg\":\"file not found\"}', NOT_FOUND",
    "200, '{\"code\":400,\"msg\":\"invalid fid\"}',    REFUSED_REQUEST",
    "200, '{\"code\":403,\"msg\":\"server busy\"}',    BUSY",
    "200, '{\"code\":403,\"msg\":\"rpc failed\"}',     BUSY",
    "200, '{\"code\":403,\"msg\":\"no permission\"}',  REFUSED_REQUEST",
    "200, '{\"code\":416,\"msg\":\"range\"}',          REFUSED_REQUEST",
    "200, '{\"code\":500,\"msg\":\"system error\"}',   SERVER_ERROR",
    "404, '\"NotFound\"',                              NOT_FOUND",
    "404, '',                                          NOT_FOUND",
    "429, '',                                          BUSY",
    "502, '<html>Bad Gateway</html>',                  SERVER_ERROR",
    "200, '{\"code\":200,\"msg\":\"ok\"}',             TOO_SHORT",
    "200, 'short',                                     TOO_SHORT"
  })
  void answerWithoutContent_isUnderstood(int status, String body, UpstreamReason expected)
      throws Exception {
    try (FakeServer gateway = FakeServer.start(request -> request.sendJson(status, body))) {
      assertThat(reason(download(gateway, SMALL_MANIFEST, Consumer.greedy()))).isEqualTo(expected);
    }
  }

  @Test
  void fileThatIsItselfAnEnvelope_isContent() throws Exception {
    byte[] json = "{\"code\":404,\"msg\":\"I am a file\"}".getBytes(StandardCharsets.UTF_8);
    Manifest manifest = manifest(json);
    try (FakeServer gateway =
        FakeServer.start(
            request -> request.sendJson(200, new String(json, StandardCharsets.UTF_8)))) {
      Consumer consumer = Consumer.greedy();
      get(download(gateway, manifest, consumer));
      assertThat(consumer.bytes()).isEqualTo(json);
    }
  }

  @Test
  void longerFile_isRefusedBeforeTheBody() throws Exception {
    try (FakeServer gateway =
        FakeServer.start(
            request -> {
              request.sendHead(BIG.length + 1L);
              request.stall();
            })) {
      assertThat(reason(download(gateway, BIG_MANIFEST, Consumer.greedy())))
          .isEqualTo(UpstreamReason.TOO_LONG);
    }
  }

  @Test
  void longerFileWithoutAnnouncement_isRefusedAsItComes() throws Exception {
    byte[] longer = Arrays.copyOf(SMALL, SMALL.length + 1);
    try (FakeServer gateway = FakeServer.start(request -> request.sendChunked(longer))) {
      assertThat(reason(download(gateway, SMALL_MANIFEST, Consumer.greedy())))
          .isEqualTo(UpstreamReason.TOO_LONG);
    }
  }

  @Test
  void shorterFile_isRefused() throws Exception {
    byte[] shorter = Arrays.copyOf(SMALL, SMALL.length - 1);
    try (FakeServer gateway = FakeServer.start(request -> request.sendChunked(shorter))) {
      assertThat(reason(download(gateway, SMALL_MANIFEST, Consumer.greedy())))
          .isEqualTo(UpstreamReason.TOO_SHORT);
    }
  }

  @Test
  void segment_isReadAsARangeAndVerified() throws Exception {
    try (FakeServer gateway = FakeServer.start(request -> sendRange(request, BIG))) {
      Consumer one = Consumer.greedy();
      get(fixture.client().openSegments(gateway.endpoint(), BIG_MANIFEST, 0, 0, one));
      assertThat(one.bytes()).isEqualTo(range(BIG, 0, Layout.SEGMENT_BYTES - 1));
      FakeServer.Request request = gateway.requests().get(0);
      assertThat(request.header("Content-Range")).isEqualTo("bytes=0-33554431");
      assertThat(request.header("Range")).isEmpty();

      Consumer last = Consumer.greedy();
      get(fixture.client().openSegments(gateway.endpoint(), BIG_MANIFEST, 1, 1, last));
      assertThat(last.bytes()).isEqualTo(range(BIG, Layout.SEGMENT_BYTES, BIG.length - 1));
    }
  }

  @Test
  void wrongSegmentInARange_isRefused() throws Exception {
    byte[] wrong = BIG.clone();
    wrong[wrong.length - 1] ^= 1;
    try (FakeServer gateway = FakeServer.start(request -> sendRange(request, wrong))) {
      assertThat(
              failure(
                  fixture
                      .client()
                      .openSegments(gateway.endpoint(), BIG_MANIFEST, 1, 1, Consumer.greedy())))
          .hasMessageContaining("WRONG_HASH, segment 1 ");
    }
  }

  @Test
  void anyRange_isReadUnchecked() throws Exception {
    try (FakeServer gateway = FakeServer.start(request -> sendRange(request, BIG))) {
      Consumer consumer = Consumer.greedy();
      get(
          fixture
              .client()
              .openUnchecked(gateway.endpoint(), BIG_MANIFEST, 33_554_000, 33_555_000, consumer));
      assertThat(consumer.bytes()).isEqualTo(range(BIG, 33_554_000, 33_555_000));
    }
  }

  @Test
  void ignoredRange_isMalformed() throws Exception {
    try (FakeServer gateway = FakeServer.start(request -> request.sendBytes(BIG));
        FakeServer small = FakeServer.start(request -> request.sendBytes(SMALL))) {
      assertThat(
              failure(
                  fixture
                      .client()
                      .openUnchecked(gateway.endpoint(), BIG_MANIFEST, 0, 9, Consumer.greedy())))
          .hasMessageContaining("MALFORMED, it ignores the range");
      assertThat(
              failure(
                  fixture
                      .client()
                      .openUnchecked(small.endpoint(), SMALL_MANIFEST, 0, 9, Consumer.greedy())))
          .hasMessageContaining("MALFORMED, it ignores the range");
    }
  }

  @Test
  void otherRange_isMalformed() throws Exception {
    try (FakeServer gateway =
        FakeServer.start(
            request ->
                request.send(
                    "HTTP/1.1 206 X\r\nContent-Range: bytes 1-10/5000\r\nContent-Length: 10\r\n"
                        + "Connection: close\r\n\r\n0123456789"))) {
      assertThat(
              failure(
                  fixture
                      .client()
                      .openUnchecked(gateway.endpoint(), SMALL_MANIFEST, 0, 9, Consumer.greedy())))
          .hasMessageContaining("MALFORMED, Content-Range \"bytes 1-10/5000\"");
    }
  }

  @Test
  void rangeOutsideTheFile_isRefusedAtOnce() {
    DeossClient client = fixture.client();
    assertThatThrownBy(
            () ->
                client.openUnchecked(
                    FakeServer.nobody(), SMALL_MANIFEST, 0, SMALL.length, Consumer.greedy()))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(
            () -> client.openSegments(FakeServer.nobody(), SMALL_MANIFEST, 0, 1, Consumer.greedy()))
        .isInstanceOf(IllegalArgumentException.class);
  }

  /** Tells whether a failed attempt waits for its successor: pause and overall deadline pending. */
  private boolean isPausing() {
    List<Duration> pending = fixture.runtime.time().pending();
    return pending.size() == 2 && pending.get(0).toSeconds() < 1;
  }

  private CompletableFuture<Transfer> download(
      FakeServer gateway, Manifest manifest, Consumer consumer) {
    return fixture
        .client()
        .download(gateway.endpoint(), DownloadPath.FILE_DOWNLOAD, manifest, consumer);
  }

  /** Answers as a gateway does that has the file. */
  private static void sendRange(FakeServer.Request request, byte[] file) throws IOException {
    String[] ends = request.header("Content-Range").substring("bytes=".length()).split("-", 2);
    byte[] body = range(file, Long.parseLong(ends[0]), Long.parseLong(ends[1]));
    request.send("HTTP/1.1 206 Partial Content\r\nConnection: close\r\n");
    request.send("Content-Range: bytes " + ends[0] + "-" + ends[1] + "/" + file.length + "\r\n");
    request.send("Content-Length: " + body.length + "\r\n\r\n");
    request.send(body);
  }
}
