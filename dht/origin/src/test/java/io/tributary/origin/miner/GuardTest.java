package io.tributary.origin.miner;

import static io.tributary.origin.miner.MinerFixture.BYTES;
import static io.tributary.origin.miner.MinerFixture.at;
import static io.tributary.origin.miner.MinerFixture.awaitPause;
import static io.tributary.origin.miner.MinerFixture.buffer;
import static io.tributary.origin.miner.MinerFixture.content;
import static io.tributary.origin.miner.MinerFixture.failure;
import static io.tributary.origin.miner.MinerFixture.get;
import static io.tributary.origin.miner.MinerFixture.reason;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tributary.origin.upstream.FakeServer;
import io.tributary.origin.upstream.Transfer;
import io.tributary.origin.upstream.UpstreamException;
import io.tributary.origin.upstream.UpstreamLimits;
import io.tributary.origin.upstream.UpstreamReason;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Retries, circuit breaker, places and cancellation. */
class GuardTest {
  private static final UpstreamLimits ONCE =
      MinerClient.DEFAULT_LIMITS.withRetries(UpstreamLimits.Retries.NONE);

  private final MinerFixture fixture = new MinerFixture();

  @AfterEach
  void close() {
    fixture.close();
  }

  @Test
  void serverError_isTriedAgainAfterAPause() throws Exception {
    AtomicInteger asked = new AtomicInteger();
    try (FakeServer miner =
        FakeServer.start(
            request -> {
              if (asked.incrementAndGet() < 3) {
                request.sendJson(200, "{\"code\":500}");
              } else {
                request.sendBytes(BYTES);
              }
            })) {
      ByteBuffer into = buffer();
      CompletableFuture<Transfer> call =
          fixture.client(MinerClient.DEFAULT_LIMITS).fetch(at(miner.endpoint()), into);
      for (int attempt = 1; attempt < 3; attempt++) {
        Duration pause = awaitPause(fixture.runtime.time(), Duration.ZERO, Duration.ofSeconds(1));
        assertThat(miner.requests()).hasSize(attempt);
        assertThat(pause)
            .isBetween(Duration.ofMillis(100L * attempt), Duration.ofMillis(200L * attempt));
        fixture.runtime.time().advance(pause);
        int next = attempt + 1;
        await().until(() -> miner.requests().size() == next);
      }
      assertThat(get(call).attempts()).isEqualTo(3);
      assertThat(content(into)).isEqualTo(BYTES);
    }
  }

  @Test
  void retries_areBounded() throws Exception {
    try (FakeServer miner = FakeServer.start(request -> request.sendJson(200, "{\"code\":500}"))) {
      CompletableFuture<Transfer> call =
          fixture.client(MinerClient.DEFAULT_LIMITS).fetch(at(miner.endpoint()), buffer());
      for (int attempt = 1; attempt < 3; attempt++) {
        fixture
            .runtime
            .time()
            .advance(awaitPause(fixture.runtime.time(), Duration.ZERO, Duration.ofSeconds(1)));
        int next = attempt + 1;
        await().until(() -> miner.requests().size() == next);
      }
      UpstreamException failure = failure(call);
      assertThat(failure.attempts()).isEqualTo(3);
      assertThat(failure)
          .hasMessageContaining("SERVER_ERROR")
          .hasMessageContaining("tried 3 times");
    }
  }

  @Test
  void lie_isNotTriedAgainAtTheLiar() throws Exception {
    try (FakeServer miner =
        FakeServer.start(request -> request.sendBytes(new byte[BYTES.length]))) {
      assertThat(
              reason(
                  fixture.client(MinerClient.DEFAULT_LIMITS).fetch(at(miner.endpoint()), buffer())))
          .isEqualTo(UpstreamReason.WRONG_HASH);
      assertThat(miner.requests()).hasSize(1);
    }
  }

  @Test
  void circuit_opensAfterFailuresAndRecoversByItself() throws Exception {
    AtomicBoolean broken = new AtomicBoolean(true);
    try (FakeServer miner =
        FakeServer.start(
            request -> {
              if (broken.get()) {
                request.sendJson(200, "{\"code\":500}");
              } else {
                request.sendBytes(BYTES);
              }
            })) {
      MinerClient client = fixture.client(ONCE);
      FragmentSource source = at(miner.endpoint());
      for (int i = 0; i < 5; i++) {
        assertThat(client.accepts(miner.endpoint())).isTrue();
        assertThat(reason(client.fetch(source, buffer()))).isEqualTo(UpstreamReason.SERVER_ERROR);
      }
      assertThat(client.accepts(miner.endpoint())).isFalse();
      UpstreamException refused = failure(client.fetch(source, buffer()));
      assertThat(refused.reason()).isEqualTo(UpstreamReason.CIRCUIT_OPEN);
      assertThat(refused.attempts()).isZero();
      assertThat(refused).hasMessageContaining("not sent");
      assertThat(miner.requests()).hasSize(5);

      broken.set(false);
      fixture.runtime.time().advance(Duration.ofSeconds(29));
      assertThat(client.accepts(miner.endpoint())).isFalse();
      fixture.runtime.time().advance(Duration.ofSeconds(2));
      assertThat(client.accepts(miner.endpoint())).isTrue();
      for (int i = 0; i < 10; i++) {
        get(client.fetch(source, buffer()));
      }
      assertThat(miner.requests()).hasSize(15);
    }
  }

  @Test
  void circuitOfOneMiner_leavesOthersAlone() throws Exception {
    try (FakeServer bad = FakeServer.start(request -> request.sendJson(200, "{\"code\":500}"));
        FakeServer good = FakeServer.start(request -> request.sendBytes(BYTES))) {
      MinerClient client = fixture.client(ONCE);
      for (int i = 0; i < 5; i++) {
        failure(client.fetch(at(bad.endpoint()), buffer()));
      }
      assertThat(client.accepts(bad.endpoint())).isFalse();
      get(client.fetch(at(good.endpoint()), buffer()));
    }
  }

  @Test
  void missingFragments_doNotOpenTheCircuit() throws Exception {
    try (FakeServer miner = FakeServer.start(request -> request.sendJson(200, "{\"code\":404}"))) {
      MinerClient client = fixture.client(ONCE);
      ByteBuffer into = buffer();
      for (int i = 0; i < 20; i++) {
        assertThat(reason(client.fetch(at(miner.endpoint()), into)))
            .isEqualTo(UpstreamReason.NOT_FOUND);
      }
      assertThat(client.accepts(miner.endpoint())).isTrue();
    }
  }

  @Test
  void moreCallsThanPlaces_areRefusedAtOnce() throws Exception {
    Semaphore go = new Semaphore(0);
    try (FakeServer miner =
        FakeServer.start(
            request -> {
              go.acquireUninterruptibly();
              request.sendBytes(BYTES);
            })) {
      MinerClient client = fixture.client(ONCE.withParallelPerEndpoint(3));
      List<CompletableFuture<Transfer>> calls = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        calls.add(client.fetch(at(miner.endpoint()), buffer()));
      }
      assertThat(client.accepts(miner.endpoint())).isFalse();
      UpstreamException refused = failure(client.fetch(at(miner.endpoint()), buffer()));
      assertThat(refused.reason()).isEqualTo(UpstreamReason.SATURATED);
      await().until(() -> miner.requests().size() == 3);

      go.release();
      await().until(() -> calls.stream().filter(CompletableFuture::isDone).count() == 1);
      assertThat(client.accepts(miner.endpoint())).isTrue();
      go.release(3);
      get(client.fetch(at(miner.endpoint()), buffer()));
      for (CompletableFuture<Transfer> call : calls) {
        get(call);
      }
      assertThat(miner.requests()).hasSize(4);
    }
  }

  @Test
  void cancelledCall_leavesTheBufferAlone() throws Exception {
    Semaphore end = new Semaphore(0);
    try (FakeServer miner =
        FakeServer.start(
            request -> {
              request.sendHead(BYTES.length);
              request.send(BYTES);
              end.acquireUninterruptibly();
            })) {
      MinerClient client = fixture.client(ONCE);
      List<ByteBuffer> buffers = new ArrayList<>();
      List<byte[]> whenCancelled = new ArrayList<>();
      for (int round = 0; round < 8; round++) {
        ByteBuffer into = buffer();
        CompletableFuture<Transfer> call = client.fetch(at(miner.endpoint()), into);
        int position = firstNonZero(round * 10_000);
        await().until(() -> into.get(position) != 0);
        call.cancel(true);
        assertThat(call).isDone();
        buffers.add(into);
        whenCancelled.add(content(into));
      }
      end.release(8);
      await().until(() -> miner.openConnections() == 0);
      for (int round = 0; round < 8; round++) {
        assertThat(content(buffers.get(round))).as("%d", round).isEqualTo(whenCancelled.get(round));
      }
      assertThat(client.accepts(miner.endpoint())).isTrue();
    }
  }

  private static int firstNonZero(int from) {
    int position = from;
    while (BYTES[position] == 0) {
      position++;
    }
    return position;
  }

  @Test
  void cancelledCalls_giveTheirPlacesBack() throws Exception {
    try (FakeServer miner = FakeServer.start(FakeServer.Request::stall)) {
      MinerClient client = fixture.client(ONCE.withParallelPerEndpoint(2));
      ByteBuffer into = buffer();
      for (int i = 0; i < 50; i++) {
        client.fetch(at(miner.endpoint()), into).cancel(true);
      }
      await().until(() -> client.accepts(miner.endpoint()));
      await().until(() -> miner.openConnections() == 0);
      assertThat(fixture.runtime.time().pending()).isEmpty();
    }
  }
}
