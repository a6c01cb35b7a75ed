package io.tributary.origin.miner;

import static io.tributary.origin.miner.MinerFixture.BYTES;
import static io.tributary.origin.miner.MinerFixture.FID;
import static io.tributary.origin.miner.MinerFixture.FRAGMENT;
import static io.tributary.origin.miner.MinerFixture.at;
import static io.tributary.origin.miner.MinerFixture.buffer;
import static io.tributary.origin.miner.MinerFixture.content;
import static io.tributary.origin.miner.MinerFixture.failure;
import static io.tributary.origin.miner.MinerFixture.get;
import static io.tributary.origin.miner.MinerFixture.reason;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tributary.content.FragmentHash;
import io.tributary.content.Layout;
import io.tributary.origin.identity.SignedText;
import io.tributary.origin.upstream.Endpoint;
import io.tributary.origin.upstream.FakeServer;
import io.tributary.origin.upstream.Fault;
import io.tributary.origin.upstream.RetryAdvice;
import io.tributary.origin.upstream.TestRuntime;
import io.tributary.origin.upstream.Transfer;
import io.tributary.origin.upstream.UpstreamException;
import io.tributary.origin.upstream.UpstreamReason;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a miner may answer to {@code GET /fragment}, and what it means. */
class FetchTest {
  private final MinerFixture fixture = new MinerFixture();

  @AfterEach
  void close() {
    fixture.close();
  }

  @Test
  void fragment_isFetchedWithAFreshSignature() throws Exception {
    try (FakeServer miner = FakeServer.start(request -> request.sendBytes(BYTES))) {
      ByteBuffer into = ByteBuffer.allocateDirect(Layout.FRAGMENT_BYTES + 10).position(7);
      Transfer transfer = get(fixture.client().fetch(at(miner.endpoint()), into));

      assertThat(transfer.bytes()).isEqualTo(Layout.FRAGMENT_BYTES);
      assertThat(transfer.attempts()).isEqualTo(1);
      assertThat(into.position()).isEqualTo(7);
      assertThat(into.slice(7, Layout.FRAGMENT_BYTES)).isEqualTo(ByteBuffer.wrap(BYTES));

      FakeServer.Request request = miner.requests().get(0);
      assertThat(request.line()).isEqualTo("GET /fragment HTTP/1.1");
      assertThat(request.header("Fid")).isEqualTo(FID.toHex());
      assertThat(request.header("Fragment")).isEqualTo(FRAGMENT.toHex());
      assertThat(request.header("Message"))
          .isEqualTo(Long.toString(TestRuntime.NOW.getEpochSecond()));
      SignedText signed =
          SignedText.parse(
                  request.header("Account"), request.header("Message"), request.header("Signature"))
              .orElseThrow();
      assertThat(signed.account()).isEqualTo(fixture.key.account());
      assertThat(signed.isValid()).isTrue();
      assertThat(request.header("Account")).startsWith("cX");
      // Miners read it in a form of their own.
      assertThat(request.header("Range")).isEmpty();
    }
  }

  @Test
  void fragmentInChunks_isFetched() throws Exception {
    byte[] head = Arrays.copyOf(BYTES, 100);
    byte[] rest = Arrays.copyOfRange(BYTES, 100, BYTES.length);
    try (FakeServer miner = FakeServer.start(request -> request.sendChunked(head, rest))) {
      ByteBuffer into = buffer();
      get(fixture.client().fetch(at(miner.endpoint()), into));
      assertThat(content(into)).isEqualTo(BYTES);
    }
  }

  @Test
  void zeroFragment_isNeverAskedFor() throws Exception {
    ByteBuffer into = ByteBuffer.wrap(BYTES.clone());
    FragmentSource source = new FragmentSource(FakeServer.nobody(), FID, FragmentHash.ZERO);
    assertThat(get(fixture.client().fetch(source, into)).attempts()).isZero();
    assertThat(content(into)).isEqualTo(new byte[Layout.FRAGMENT_BYTES]);
  }

  @Test
  void smallBuffer_isRefusedAtOnce() {
    ByteBuffer small = ByteBuffer.allocate(Layout.FRAGMENT_BYTES - 1);
    assertThatThrownBy(() -> fixture.client().fetch(at(FakeServer.nobody()), small))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("8388608");
  }

  @ParameterizedTest
  @CsvSource({
    "404, not found,                        NOT_FOUND",
    "500, system error,                     SERVER_ERROR",
    "400, invalid fid or fragment,          REFUSED_REQUEST",
    "416, invalid range request,            REFUSED_REQUEST",
    "403, invalid signature,                REFUSED_SIGNATURE",
    "403, failed to connect to rpc,         BUSY",
    "429, slow down,                        BUSY",
    "200, ok,                               MALFORMED",
    "302, moved,                            MALFORMED"
  })
  void codeUnderHttp200_isTheRealAnswer(int code, String said, UpstreamReason expected)
      throws Exception {
    String json = "{\"code\":" + code + ",\"msg\":\"" + said + "\",\"data\":null}";
    try (FakeServer miner = FakeServer.start(request -> request.sendJson(200, json))) {
      UpstreamException failure = failure(fixture.client().fetch(at(miner.endpoint()), buffer()));
      assertThat(failure.reason()).isEqualTo(expected);
      assertThat(failure.serverCode()).hasValue(code);
      assertThat(failure).hasMessageContaining(said);
    }
  }

  @Test
  void envelopeInChunks_isRead() throws Exception {
    try (FakeServer miner =
        FakeServer.start(
            request -> {
              request.send("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n");
              request.send("Transfer-Encoding: chunked\r\n\r\n");
              request.send("c\r\n{\"code\":404}\r\n0\r\n\r\n");
            })) {
      assertThat(reason(fixture.client().fetch(at(miner.endpoint()), buffer())))
          .isEqualTo(UpstreamReason.NOT_FOUND);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "403, REFUSED_SIGNATURE",
    "404, NOT_FOUND",
    "405, REFUSED_REQUEST",
    "429, BUSY",
    "500, SERVER_ERROR",
    "502, SERVER_ERROR",
    "503, BUSY",
    "301, MALFORMED",
    "206, MALFORMED"
  })
  void httpStatus_isUnderstood(int status, UpstreamReason expected) throws Exception {
    try (FakeServer miner =
        FakeServer.start(
            request ->
                request.send(
                    "HTTP/1.1 "
                        + status
                        + " X\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n"
                        + "Connection: close\r\n\r\n"))) {
      UpstreamException failure = failure(fixture.client().fetch(at(miner.endpoint()), buffer()));
      assertThat(failure.reason()).isEqualTo(expected);
      assertThat(failure.serverCode()).hasValue(status);
    }
  }

  @Test
  void wrongBytesOfRightLength_areRefused() throws Exception {
    byte[] wrong = BYTES.clone();
    wrong[wrong.length - 1] ^= 1;
    try (FakeServer miner = FakeServer.start(request -> request.sendBytes(wrong))) {
      UpstreamException failure = failure(fixture.client().fetch(at(miner.endpoint()), buffer()));
      assertThat(failure.reason()).isEqualTo(UpstreamReason.WRONG_HASH);
      assertThat(failure.fault()).isEqualTo(Fault.ORIGIN);
      assertThat(failure.advice()).isEqualTo(RetryAdvice.ELSEWHERE);
    }
  }

  @Test
  void anotherFragmentsBytes_areRefusedAndNamed() throws Exception {
    byte[] zeros = new byte[Layout.FRAGMENT_BYTES];
    try (FakeServer miner = FakeServer.start(request -> request.sendBytes(zeros))) {
      assertThat(failure(fixture.client().fetch(at(miner.endpoint()), buffer())))
          .hasMessageContaining("WRONG_HASH")
          .hasMessageContaining(FragmentHash.ZERO.toHex());
    }
  }

  @Test
  void oneByteTooMany_isRefusedBeforeTheBody() throws Exception {
    try (FakeServer miner =
        FakeServer.start(
            request -> {
              request.sendHead(Layout.FRAGMENT_BYTES + 1L);
              request.stall();
            })) {
      assertThat(reason(fixture.client().fetch(at(miner.endpoint()), buffer())))
          .isEqualTo(UpstreamReason.TOO_LONG);
    }
  }

  @Test
  void oneByteTooManyWithoutAnnouncement_isRefusedAsItComes() throws Exception {
    try (FakeServer miner =
        FakeServer.start(
            request -> {
              request.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n800001\r\n");
              request.send(BYTES);
              request.send("!");
              request.stall();
            })) {
      assertThat(reason(fixture.client().fetch(at(miner.endpoint()), buffer())))
          .isEqualTo(UpstreamReason.TOO_LONG);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 65_536, 65_537, Layout.FRAGMENT_BYTES - 1})
  void shorterBody_isRefused(int length) throws Exception {
    byte[] cut = Arrays.copyOf(BYTES, length);
    try (FakeServer miner = FakeServer.start(request -> request.sendBytes(cut))) {
      assertThat(reason(fixture.client().fetch(at(miner.endpoint()), buffer())))
          .isEqualTo(UpstreamReason.TOO_SHORT);
    }
  }

  @Test
  void shorterBodyInChunks_isRefused() throws Exception {
    byte[] cut = Arrays.copyOf(BYTES, BYTES.length - 1);
    try (FakeServer miner = FakeServer.start(request -> request.sendChunked(cut))) {
      assertThat(failure(fixture.client().fetch(at(miner.endpoint()), buffer())))
          .hasMessageContaining("TOO_SHORT, 8388607 bytes of the 8388608");
    }
  }

  @Test
  void connectionClosedInTheMiddle_isTooShort() throws Exception {
    try (FakeServer miner =
        FakeServer.start(
            request -> {
              request.sendHead(BYTES.length);
              request.send(Arrays.copyOf(BYTES, 1_000_000));
            })) {
      assertThat(failure(fixture.client().fetch(at(miner.endpoint()), buffer())))
          .hasMessageContaining("TOO_SHORT, the connection broke after 1000000 bytes");
    }
  }

  @Test
  void connectionClosedBeforeAnAnswer_isUnreachable() throws Exception {
    try (FakeServer miner = FakeServer.start(request -> {})) {
      assertThat(reason(fixture.client().fetch(at(miner.endpoint()), buffer())))
          .isEqualTo(UpstreamReason.UNREACHABLE);
    }
  }

  @Test
  void nobodyThere_isUnreachableAndSaysSo() throws Exception {
    Endpoint nobody = FakeServer.nobody();
    UpstreamException failure = failure(fixture.client().fetch(at(nobody), buffer()));
    assertThat(failure.reason()).isEqualTo(UpstreamReason.UNREACHABLE);
    assertThat(failure.endpoint()).isEqualTo(nobody);
    assertThat(failure)
        .hasMessageStartingWith("GET /fragment " + FRAGMENT + " at " + nobody + ": UNREACHABLE")
        .hasMessageContaining("tried once")
        .hasMessageContaining("check that the server is up");
  }

  @Test
  void unknownHost_isUnreachable() throws Exception {
    Endpoint unknown = Endpoint.parse("http://nobody.invalid:15001");
    assertThat(reason(fixture.client().fetch(at(unknown), buffer())))
        .isEqualTo(UpstreamReason.UNREACHABLE);
  }

  @Test
  void otherProtocol_isMalformed() throws Exception {
    try (FakeServer miner = FakeServer.start(request -> request.send("SSH-2.0-x\r\n\r\n"))) {
      assertThat(reason(fixture.client().fetch(at(miner.endpoint()), buffer())))
          .isEqualTo(UpstreamReason.MALFORMED);
    }
  }

  @Test
  void endlessEnvelope_isCutOff() throws Exception {
    try (FakeServer miner =
        FakeServer.start(
            request -> {
              request.send("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n");
              byte[] spaces = " ".repeat(10_000).getBytes(StandardCharsets.UTF_8);
              while (true) {
                request.send(spaces);
              }
            })) {
      assertThat(reason(fixture.client().fetch(at(miner.endpoint()), buffer())))
          .isEqualTo(UpstreamReason.TOO_LONG);
    }
  }

  @Test
  void strangersWords_cannotForgeALogLine() throws Exception {
    String json = "{\"code\":500,\"msg\":\"a\\nb\\u001b[31m" + "x".repeat(5000) + "\"}";
    try (FakeServer miner = FakeServer.start(request -> request.sendJson(200, json))) {
      String message = failure(fixture.client().fetch(at(miner.endpoint()), buffer())).getMessage();
      assertThat(message).doesNotContain("\n", "\u001b").hasSizeLessThan(600);
    }
  }
}
