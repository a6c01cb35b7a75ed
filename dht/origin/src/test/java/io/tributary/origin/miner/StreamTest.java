package io.tributary.origin.miner;

import static io.tributary.origin.miner.MinerFixture.BYTES;
import static io.tributary.origin.miner.MinerFixture.FID;
import static io.tributary.origin.miner.MinerFixture.at;
import static io.tributary.origin.miner.MinerFixture.failure;
import static io.tributary.origin.miner.MinerFixture.get;
import static io.tributary.origin.miner.MinerFixture.reason;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tributary.content.FragmentHash;
import io.tributary.content.Layout;
import io.tributary.origin.upstream.Consumer;
import io.tributary.origin.upstream.FakeServer;
import io.tributary.origin.upstream.Transfer;
import io.tributary.origin.upstream.UpstreamReason;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A fragment handed on while it comes. */
class StreamTest {
  private final MinerFixture fixture = new MinerFixture();

  @AfterEach
  void close() {
    fixture.close();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void fragment_isStreamedAtTheConsumersPace(long seed) throws Exception {
    SplittableRandom random = new SplittableRandom(seed);
    try (FakeServer miner = FakeServer.start(request -> request.sendBytes(BYTES))) {
      Consumer consumer = Consumer.patient();
      CompletableFuture<Transfer> call = fixture.client().stream(at(miner.endpoint()), consumer);
      await().until(() -> consumer.signals().size() == 1);
      assertThat(consumer.size()).isZero();
      while (!call.isDone()) {
        consumer.take(1 + random.nextInt(50));
        Thread.onSpinWait();
      }
      assertThat(get(call).bytes()).isEqualTo(BYTES.length);
      assertThat(consumer.bytes()).as("seed %d", seed).isEqualTo(BYTES);
      assertThat(consumer.signals()).containsExactly("subscribed", "complete");
    }
  }

  @Test
  void demandForOne_bringsOne() throws Exception {
    try (FakeServer miner = FakeServer.start(request -> request.sendBytes(BYTES))) {
      Consumer consumer = Consumer.patient();
      CompletableFuture<Transfer> call = fixture.client().stream(at(miner.endpoint()), consumer);
      await().until(() -> consumer.signals().size() == 1);
      consumer.take(1);
      await().until(() -> consumer.size() > 0);
      int first = consumer.size();
      assertThat(first).isLessThanOrEqualTo(64 << 10);
      fixture.runtime.time().advance(Duration.ofSeconds(60));
      assertThat(consumer.size()).isEqualTo(first);
      consumer.take(Long.MAX_VALUE);
      get(call);
    }
  }

  @Test
  void lastBytesOfAWrongFragment_areNeverHandedOn() throws Exception {
    byte[] wrong = BYTES.clone();
    wrong[0] ^= 1;
    try (FakeServer miner = FakeServer.start(request -> request.sendBytes(wrong))) {
      Consumer consumer = Consumer.greedy();
      CompletableFuture<Transfer> call = fixture.client().stream(at(miner.endpoint()), consumer);
      assertThat(reason(call)).isEqualTo(UpstreamReason.WRONG_HASH);
      await().until(() -> consumer.failure() != null);
      assertThat(consumer.size()).isLessThan(BYTES.length);
      assertThat(consumer.signals()).containsExactly("subscribed", "error");
      assertThat(consumer.failure()).isSameAs(failure(call));
    }
  }

  @Test
  void failureBeforeTheFirstByte_isToldToTheConsumerOnce() throws Exception {
    try (FakeServer miner = FakeServer.start(request -> request.sendJson(200, "{\"code\":404}"))) {
      Consumer consumer = Consumer.greedy();
      CompletableFuture<Transfer> call = fixture.client().stream(at(miner.endpoint()), consumer);
      assertThat(reason(call)).isEqualTo(UpstreamReason.NOT_FOUND);
      await().until(() -> consumer.failure() != null);
      assertThat(consumer.signals()).containsExactly("subscribed", "error");
    }
  }

  @Test
  void failureAfterTheFirstByte_isNotTriedAgain() throws Exception {
    try (FakeServer miner =
        FakeServer.start(
            request -> {
              request.sendHead(BYTES.length);
              request.send(new byte[1000]);
            })) {
      Consumer consumer = Consumer.greedy();
      CompletableFuture<Transfer> call =
          fixture.client(MinerClient.DEFAULT_LIMITS).stream(at(miner.endpoint()), consumer);
      assertThat(reason(call)).isEqualTo(UpstreamReason.TOO_SHORT);
      assertThat(miner.requests()).hasSize(1);
      await().until(() -> consumer.failure() != null);
      assertThat(consumer.failure()).isSameAs(failure(call));
    }
  }

  @Test
  void consumerThatCancels_endsTheCallAndTheConnection() throws Exception {
    try (FakeServer miner =
        FakeServer.start(
            request -> {
              request.sendHead(BYTES.length);
              request.send(new byte[100_000]);
              request.stall();
            })) {
      Consumer consumer = Consumer.patient();
      CompletableFuture<Transfer> call = fixture.client().stream(at(miner.endpoint()), consumer);
      await().until(() -> consumer.signals().size() == 1);
      consumer.cancel();
      await().until(call::isCancelled);
      await().until(() -> miner.openConnections() == 0);
      assertThat(consumer.signals()).containsExactly("subscribed");
      assertThat(fixture.runtime.time().pending()).isEmpty();
    }
  }

  @Test
  void cancelledCall_isToldToTheConsumer() throws Exception {
    try (FakeServer miner =
        FakeServer.start(
            request -> {
              request.sendHead(BYTES.length);
              request.send(new byte[100_000]);
              request.stall();
            })) {
      Consumer consumer = Consumer.greedy();
      CompletableFuture<Transfer> call = fixture.client().stream(at(miner.endpoint()), consumer);
      await().until(() -> consumer.size() == 100_000);
      call.cancel(true);
      await().until(() -> consumer.failure() instanceof CancellationException);
      assertThat(consumer.signals()).containsExactly("subscribed", "error");
      await().until(() -> miner.openConnections() == 0);
    }
  }

  @Test
  void callCancelledBeforeAnAnswer_isToldToTheConsumerOnce() throws Exception {
    try (FakeServer miner = FakeServer.start(FakeServer.Request::stall)) {
      for (int round = 0; round < 50; round++) {
        Consumer consumer = Consumer.greedy();
        fixture.client().stream(at(miner.endpoint()), consumer).cancel(true);
        await().until(() -> consumer.failure() instanceof CancellationException);
        assertThat(consumer.signals()).containsExactly("subscribed", "error");
      }
    }
  }

  @Test
  void consumerThatThrows_isNotBlamedOnTheMiner() throws Exception {
    Flow.Subscriber<ByteBuffer> broken =
        new Flow.Subscriber<>() {
          @Override
          public void onSubscribe(Flow.Subscription subscription) {
            subscription.request(1);
          }

          @Override
          public void onNext(ByteBuffer item) {
            throw new IllegalStateException("disk full");
          }

          @Override
          public void onError(Throwable failure) {}

          @Override
          public void onComplete() {}
        };
    try (FakeServer miner = FakeServer.start(request -> request.sendBytes(BYTES))) {
      assertThat(failure(fixture.client().stream(at(miner.endpoint()), broken)))
          .hasMessageContaining("CONSUMER_FAILED")
          .hasMessageContaining("disk full")
          .hasSuppressedException(new IllegalStateException("disk full"));
      await().until(() -> miner.openConnections() == 0);
    }
  }

  @Test
  void demandOfZero_isAFaultOfTheConsumer() throws Exception {
    try (FakeServer miner = FakeServer.start(request -> request.sendBytes(BYTES))) {
      Consumer consumer = Consumer.patient();
      CompletableFuture<Transfer> call = fixture.client().stream(at(miner.endpoint()), consumer);
      await().until(() -> consumer.signals().size() == 1);
      consumer.take(0);
      assertThat(reason(call)).isEqualTo(UpstreamReason.CONSUMER_FAILED);
    }
  }

  @Test
  void zeroFragment_isMadeHereAtTheConsumersPace() throws Exception {
    Consumer consumer = Consumer.patient();
    FragmentSource source = new FragmentSource(FakeServer.nobody(), FID, FragmentHash.ZERO);
    CompletableFuture<Transfer> call = fixture.client().stream(source, consumer);
    await().until(() -> consumer.signals().size() == 1);
    consumer.take(3);
    assertThat(consumer.size()).isEqualTo(3 * (64 << 10));
    assertThat(call).isNotDone();
    consumer.take(Long.MAX_VALUE);
    assertThat(get(call).attempts()).isZero();
    assertThat(consumer.bytes()).isEqualTo(new byte[Layout.FRAGMENT_BYTES]);
    assertThat(consumer.signals()).containsExactly("subscribed", "complete");
  }

  @Test
  void cancelledZeroFragment_stops() {
    Consumer consumer = Consumer.patient();
    FragmentSource source = new FragmentSource(FakeServer.nobody(), FID, FragmentHash.ZERO);
    CompletableFuture<Transfer> call = fixture.client().stream(source, consumer);
    await().until(() -> consumer.signals().size() == 1);
    call.cancel(true);
    consumer.take(5);
    assertThat(consumer.size()).isZero();
    assertThat(consumer.signals()).containsExactly("subscribed", "error");
  }
}
