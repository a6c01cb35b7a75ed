package io.tributary.origin.miner;

import static io.tributary.origin.miner.MinerFixture.BYTES;
import static io.tributary.origin.miner.MinerFixture.FID;
import static io.tributary.origin.miner.MinerFixture.FRAGMENT;
import static io.tributary.origin.miner.MinerFixture.at;
import static io.tributary.origin.miner.MinerFixture.failure;
import static io.tributary.origin.miner.MinerFixture.get;
import static io.tributary.origin.miner.MinerFixture.reason;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.tributary.content.FragmentHash;
import io.tributary.content.Layout;
import io.tributary.origin.upstream.FakeServer;
import io.tributary.origin.upstream.Transfer;
import io.tributary.origin.upstream.UpstreamException;
import io.tributary.origin.upstream.UpstreamReason;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code PUT /fragment}. */
class StoreTest {
  private static final String STORED = "{\"code\":200,\"msg\":\"ok\",\"data\":null}";

  private final MinerFixture fixture = new MinerFixture();

  @AfterEach
  void close() {
    fixture.close();
  }

  @Test
  void fragment_isSentAsAMultipartForm() throws Exception {
    AtomicReference<byte[]> body = new AtomicReference<>(new byte[0]);
    try (FakeServer miner =
        FakeServer.start(
            request -> {
              body.set(request.body());
              request.sendJson(200, STORED);
            })) {
      ByteBuffer bytes = ByteBuffer.allocateDirect(BYTES.length + 3).put(2, BYTES);
      bytes.position(2).limit(2 + BYTES.length);
      Transfer transfer = get(fixture.client().store(at(miner.endpoint()), bytes));
      assertThat(transfer.bytes()).isEqualTo(Layout.FRAGMENT_BYTES);
      assertThat(bytes.position()).isEqualTo(2);

      FakeServer.Request request = miner.requests().get(0);
      assertThat(request.line()).isEqualTo("PUT /fragment HTTP/1.1");
      assertThat(request.header("Fid")).isEqualTo(FID.toHex());
      assertThat(request.header("Fragment")).isEqualTo(FRAGMENT.toHex());
      String type = request.header("Content-Type");
      assertThat(type).startsWith("multipart/form-data; boundary=fragment-");
      String boundary = type.substring(type.indexOf('=') + 1);
      byte[] head =
          ("--"
                  + boundary
                  + "\r\nContent-Disposition: form-data; name=\"file\"; filename=\""
                  + FRAGMENT.toHex()
                  + "\"\r\nContent-Type: application/octet-stream\r\n\r\n")
              .getBytes(StandardCharsets.US_ASCII);
      byte[] tail = ("\r\n--" + boundary + "--\r\n").getBytes(StandardCharsets.US_ASCII);
      assertThat(body.get()).hasSize(head.length + BYTES.length + tail.length);
      assertThat(body.get()).startsWith(head).endsWith(tail);
      assertThat(Arrays.copyOfRange(body.get(), head.length, head.length + BYTES.length))
          .isEqualTo(BYTES);
    }
  }

  @Test
  void zeroFragment_isOnlyNamed() throws Exception {
    try (FakeServer miner = FakeServer.start(request -> request.sendJson(200, STORED))) {
      FragmentSource target = new FragmentSource(miner.endpoint(), FID, FragmentHash.ZERO);
      get(fixture.client().store(target, ByteBuffer.allocate(Layout.FRAGMENT_BYTES)));
      FakeServer.Request request = miner.requests().get(0);
      assertThat(request.header("Fragment")).isEqualTo(FragmentHash.ZERO.toHex());
      assertThat(request.header("Content-Length")).isIn("", "0");
      assertThat(request.header("Content-Type")).isEmpty();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "400, fragment does not match fid,     NOT_DECLARED",
    "400, the fragment size is wrong,      REFUSED_REQUEST",
    "403, failed to connect to rpc,        BUSY",
    "500, system error,                    SERVER_ERROR"
  })
  void codeUnderHttp200_isTheRealAnswer(int code, String said, UpstreamReason expected)
      throws Exception {
    try (FakeServer miner =
        FakeServer.start(
            request -> {
              request.body();
              request.sendJson(200, "{\"code\":" + code + ",\"msg\":\"" + said + "\"}");
            })) {
      UpstreamException failure =
          failure(fixture.client().store(at(miner.endpoint()), ByteBuffer.wrap(BYTES)));
      assertThat(failure.reason()).isEqualTo(expected);
      assertThat(failure.serverCode()).hasValue(code);
    }
  }

  @Test
  void refusedSignature_isHeardBeforeTheFragmentIsSent() throws Exception {
    AtomicLong sent = new AtomicLong(-1);
    try (FakeServer miner =
        FakeServer.start(
            request -> {
              request.send(
                  "HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
              sent.set(request.readToEnd());
            })) {
      assertThat(reason(fixture.client().store(at(miner.endpoint()), ByteBuffer.wrap(BYTES))))
          .isEqualTo(UpstreamReason.REFUSED_SIGNATURE);
      await().until(() -> sent.get() >= 0);
      assertThat(sent).hasValue(0);
    }
  }

  @Test
  void answerThatIsNoEnvelope_isMalformed() throws Exception {
    try (FakeServer miner =
        FakeServer.start(
            request -> {
              request.body();
              request.sendBytes("stored".getBytes(StandardCharsets.UTF_8));
            })) {
      assertThat(reason(fixture.client().store(at(miner.endpoint()), ByteBuffer.wrap(BYTES))))
          .isEqualTo(UpstreamReason.MALFORMED);
    }
  }

  @Test
  void minerThatStopsReading_isStalled() throws Exception {
    Semaphore end = new Semaphore(0);
    try (FakeServer miner =
        FakeServer.start(
            request -> {
              request.send("HTTP/1.1 100 Continue\r\n\r\n");
              // Reads nothing: the kernel's buffers fill and the client cannot go on.
              end.acquireUninterruptibly();
            })) {
      CompletableFuture<Transfer> call =
          fixture.client().store(at(miner.endpoint()), ByteBuffer.wrap(BYTES));
      await().until(() -> miner.requests().size() == 1);
      await()
          .until(
              () -> {
                fixture.runtime.time().advance(Duration.ofSeconds(5));
                return call.isDone();
              });
      assertThat(reason(call)).isIn(UpstreamReason.STALLED, UpstreamReason.TIMEOUT);
      end.release();
    }
  }

  @Test
  void wrongLength_isRefusedAtOnce() {
    assertThatThrownBy(
            () -> fixture.client().store(at(FakeServer.nobody()), ByteBuffer.allocate(100)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("8388608");
  }
}
