package io.tributary.origin.miner;

import static io.tributary.origin.miner.MinerFixture.BYTES;
import static io.tributary.origin.miner.MinerFixture.at;
import static io.tributary.origin.miner.MinerFixture.awaitPause;
import static io.tributary.origin.miner.MinerFixture.buffer;
import static io.tributary.origin.miner.MinerFixture.failure;
import static io.tributary.origin.miner.MinerFixture.get;
import static io.tributary.origin.miner.MinerFixture.reason;
import static org.assertj.core.api.Assertions.as;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tributary.origin.upstream.Consumer;
import io.tributary.origin.upstream.FakeServer;
import io.tributary.origin.upstream.Fault;
import io.tributary.origin.upstream.Transfer;
import io.tributary.origin.upstream.UpstreamException;
import io.tributary.origin.upstream.UpstreamLimits;
import io.tributary.origin.upstream.UpstreamReason;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Miners that are slow, and for how long we wait. Time is moved by the tests. */
class PatienceTest {
  private static final Duration RESPONSE = MinerClient.DEFAULT_LIMITS.deadlines().response();
  private static final Duration WINDOW = MinerClient.DEFAULT_LIMITS.deadlines().stallWindow();
  private static final int STALL_BYTES = (int) MinerClient.DEFAULT_LIMITS.deadlines().stallBytes();

  private final MinerFixture fixture = new MinerFixture();

  @AfterEach
  void close() {
    fixture.close();
  }

  @Test
  void minerThatNeverAnswers_timesOut() throws Exception {
    try (FakeServer miner = FakeServer.start(FakeServer.Request::stall)) {
      CompletableFuture<Transfer> call = fixture.client().fetch(at(miner.endpoint()), buffer());
      await().until(() -> miner.requests().size() == 1);

      fixture.runtime.time().advance(RESPONSE.minusNanos(1));
      assertThat(call).isNotDone();
      fixture.runtime.time().advance(Duration.ofNanos(1));

      UpstreamException failure = failure(call);
      assertThat(failure.reason()).isEqualTo(UpstreamReason.TIMEOUT);
      assertThat(failure).hasMessageContaining("no answer within 15000 ms");
      await().until(() -> miner.openConnections() == 0);
      assertThat(fixture.runtime.time().pending()).isEmpty();
    }
  }

  @Test
  void oneByteASecond_isStalled() throws Exception {
    Semaphore tick = new Semaphore(0);
    try (FakeServer miner =
        FakeServer.start(
            request -> {
              request.sendHead(BYTES.length);
              for (int i = 0; i < BYTES.length; i++) {
                request.send(Arrays.copyOfRange(BYTES, i, i + 1));
                tick.acquireUninterruptibly();
              }
            })) {
      Consumer consumer = Consumer.greedy();
      CompletableFuture<Transfer> call = fixture.client().stream(at(miner.endpoint()), consumer);
      for (int second = 1; second < WINDOW.toSeconds(); second++) {
        int have = second;
        await().until(() -> consumer.size() == have);
        fixture.runtime.time().advance(Duration.ofSeconds(1));
        assertThat(call).isNotDone();
        tick.release();
      }
      advanceUntilDone(call, Duration.ofSeconds(1));
      assertThat(reason(call)).isEqualTo(UpstreamReason.STALLED);
      tick.release(2);
      await().until(() -> consumer.failure() != null);
      assertThat(consumer.signals()).containsExactly("subscribed", "error");
    }
  }

  @Test
  void minerJustFastEnough_isNotStalled() throws Exception {
    Semaphore tick = new Semaphore(0);
    try (FakeServer miner =
        FakeServer.start(
            request -> {
              request.sendHead(BYTES.length);
              int sent = 0;
              for (; sent < 4 * STALL_BYTES; sent += STALL_BYTES) {
                request.send(Arrays.copyOfRange(BYTES, sent, sent + STALL_BYTES));
                tick.acquireUninterruptibly();
              }
              request.send(Arrays.copyOfRange(BYTES, sent, BYTES.length));
            })) {
      Consumer consumer = Consumer.greedy();
      CompletableFuture<Transfer> call = fixture.client().stream(at(miner.endpoint()), consumer);
      for (int window = 1; window <= 4; window++) {
        int have = window * STALL_BYTES;
        await().until(() -> consumer.size() == have);
        fixture.runtime.time().advance(WINDOW);
        assertThat(call).isNotDone();
        tick.release();
      }
      get(call);
      assertThat(consumer.bytes()).isEqualTo(BYTES);
    }
  }

  @Test
  void minerThatStallsInTheMiddle_isStalled() throws Exception {
    try (FakeServer miner =
        FakeServer.start(
            request -> {
              request.sendHead(BYTES.length);
              request.send(Arrays.copyOf(BYTES, 1_000_000));
              request.stall();
            })) {
      Consumer consumer = Consumer.greedy();
      CompletableFuture<Transfer> call = fixture.client().stream(at(miner.endpoint()), consumer);
      await().until(() -> consumer.size() == 1_000_000);
      advanceUntilDone(call, WINDOW);
      UpstreamException failure = failure(call);
      assertThat(failure.reason()).isEqualTo(UpstreamReason.STALLED);
      assertThat(failure.fault()).isEqualTo(Fault.ORIGIN);
      await().until(() -> miner.openConnections() == 0);
    }
  }

  @Test
  void slowConsumer_isNotBlamedOnTheMiner() throws Exception {
    try (FakeServer miner = FakeServer.start(request -> request.sendBytes(BYTES))) {
      Consumer consumer = Consumer.patient();
      CompletableFuture<Transfer> call = fixture.client().stream(at(miner.endpoint()), consumer);
      await().until(() -> consumer.signals().size() == 1);
      fixture.runtime.time().advance(WINDOW.multipliedBy(10));
      assertThat(call).isNotDone();

      consumer.take(Long.MAX_VALUE);
      get(call);
      assertThat(consumer.bytes()).isEqualTo(BYTES);
      assertThat(consumer.signals()).containsExactly("subscribed", "complete");
    }
  }

  @Test
  void consumerThatNeverTakes_isNamedAtTheOverallDeadline() throws Exception {
    try (FakeServer miner = FakeServer.start(request -> request.sendBytes(BYTES))) {
      Consumer consumer = Consumer.patient();
      CompletableFuture<Transfer> call = fixture.client().stream(at(miner.endpoint()), consumer);
      await().until(() -> consumer.signals().size() == 1);
      fixture.runtime.time().advance(MinerClient.DEFAULT_LIMITS.deadlines().overall());
      UpstreamException failure = failure(call);
      assertThat(failure.reason()).isEqualTo(UpstreamReason.SLOW_CONSUMER);
      assertThat(failure.fault()).isEqualTo(Fault.CLIENT);
      await().until(() -> consumer.signals().contains("error"));
    }
  }

  @Test
  void minerBehindASlowConsumer_isStillCaught() throws Exception {
    Semaphore tick = new Semaphore(0);
    try (FakeServer miner =
        FakeServer.start(
            request -> {
              request.sendHead(BYTES.length);
              for (int i = 0; i < BYTES.length; i++) {
                tick.acquireUninterruptibly();
                request.send(Arrays.copyOfRange(BYTES, i, i + 1));
              }
            })) {
      Consumer consumer = Consumer.patient();
      CompletableFuture<Transfer> call = fixture.client().stream(at(miner.endpoint()), consumer);
      await().until(() -> consumer.signals().size() == 1);
      for (int round = 1; round <= 30 && !call.isDone(); round++) {
        // A second in which nobody asks, which must not count, then one in which the miner is late.
        fixture.runtime.time().advance(Duration.ofSeconds(1));
        consumer.take(1);
        fixture.runtime.time().advance(Duration.ofSeconds(1));
        tick.release();
        int have = round;
        await().until(() -> call.isDone() || consumer.size() == have);
      }
      assertThat(reason(call)).isEqualTo(UpstreamReason.STALLED);
      tick.release(100);
    }
  }

  @Test
  void overallDeadline_coversAllAttemptsAndPauses() throws Exception {
    UpstreamLimits patient =
        MinerClient.DEFAULT_LIMITS.withRetries(
            new UpstreamLimits.Retries(5, Duration.ofSeconds(100), Duration.ofSeconds(100)));
    try (FakeServer miner = FakeServer.start(request -> request.sendJson(200, "{\"code\":500}"))) {
      CompletableFuture<Transfer> call =
          fixture.client(patient).fetch(at(miner.endpoint()), buffer());
      Duration pause =
          awaitPause(fixture.runtime.time(), Duration.ofSeconds(50), Duration.ofSeconds(100));
      fixture.runtime.time().advance(pause);
      await().until(() -> miner.requests().size() == 2);
      // Neither a response deadline nor a stall window is pending, so the second attempt failed
      // too.
      awaitPause(fixture.runtime.time(), Duration.ofSeconds(16), Duration.ofSeconds(100));
      assertThat(call).isNotDone();
      fixture.runtime.time().advance(patient.deadlines().overall().minus(pause));
      UpstreamException failure = failure(call);
      assertThat(failure).hasMessageContaining("TIMEOUT, not done within 120000 ms");
      assertThat(failure.getSuppressed())
          .singleElement(as(InstanceOfAssertFactories.THROWABLE))
          .hasMessageContaining("SERVER_ERROR");
    }
  }

  @Test
  void callCancelledInAPause_isOver() throws Exception {
    try (FakeServer miner = FakeServer.start(request -> request.sendJson(200, "{\"code\":500}"))) {
      CompletableFuture<Transfer> call =
          fixture.client(MinerClient.DEFAULT_LIMITS).fetch(at(miner.endpoint()), buffer());
      awaitPause(fixture.runtime.time(), Duration.ZERO, Duration.ofSeconds(1));
      call.cancel(true);
      fixture.runtime.time().advance(Duration.ofMinutes(10));
      assertThat(fixture.runtime.time().pending()).isEmpty();
      assertThat(miner.requests()).hasSize(1);
    }
  }

  @Test
  void fragmentThatTrickles_endsAtTheOverallDeadline() throws Exception {
    Semaphore tick = new Semaphore(0);
    try (FakeServer miner =
        FakeServer.start(
            request -> {
              request.sendHead(BYTES.length);
              for (int sent = 0; sent < BYTES.length; sent += STALL_BYTES) {
                request.send(Arrays.copyOfRange(BYTES, sent, sent + STALL_BYTES));
                tick.acquireUninterruptibly();
              }
            })) {
      Consumer consumer = Consumer.greedy();
      CompletableFuture<Transfer> call = fixture.client().stream(at(miner.endpoint()), consumer);
      long windows =
          MinerClient.DEFAULT_LIMITS.deadlines().overall().toSeconds() / WINDOW.toSeconds();
      for (int window = 1; window <= windows; window++) {
        int have = window * STALL_BYTES;
        await().until(() -> call.isDone() || consumer.size() == have);
        fixture.runtime.time().advance(WINDOW);
        tick.release();
      }
      assertThat(failure(call)).hasMessageContaining("TIMEOUT, not done within 120000 ms");
      tick.release(100);
    }
  }

  /** A step may fall into a moment in which we do not wait for the miner; the next one does not. */
  private void advanceUntilDone(CompletableFuture<?> call, Duration step) {
    await()
        .until(
            () -> {
              fixture.runtime.time().advance(step);
              return call.isDone();
            });
  }
}
