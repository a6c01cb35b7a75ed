package io.tributary.origin.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpResponse.ResponseInfo;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The relay alone, under an HTTP client played by the test. */
class BodyRelayTest {
  private final TestRuntime runtime = new TestRuntime();
  private final AtomicInteger asked = new AtomicInteger();
  private final AtomicInteger cancelled = new AtomicInteger();

  @AfterEach
  void close() {
    runtime.close();
  }

  @Test
  void demand_isCountedInBuffersAndAskedForInBatches() {
    Consumer consumer = Consumer.patient();
    BodyRelay<String> relay = relay(consumer, new NoCheck());
    relay.onSubscribe(new Server());
    assertThat(asked).hasValue(0);

    consumer.take(1);
    assertThat(asked).hasValue(1);
    relay.onNext(batch(1, 2, 3));
    assertThat(consumer.bytes()).containsExactly(1);
    consumer.take(1);
    assertThat(consumer.bytes()).containsExactly(1, 2);
    assertThat(asked).hasValue(1);
    consumer.take(2);
    assertThat(consumer.bytes()).containsExactly(1, 2, 3);
    assertThat(asked).hasValue(2);

    relay.onNext(batch(4));
    relay.onComplete();
    assertThat(consumer.bytes()).containsExactly(1, 2, 3, 4);
    assertThat(consumer.signals()).containsExactly("subscribed", "complete");
    assertThat(body(relay)).isCompletedWithValue("done");
  }

  @Test
  void end_waitsForTheConsumerToTakeTheRest() {
    Consumer consumer = Consumer.patient();
    BodyRelay<String> relay = relay(consumer, new NoCheck());
    relay.onSubscribe(new Server());
    consumer.take(1);
    relay.onNext(batch(1, 2));
    relay.onComplete();
    assertThat(body(relay)).isNotDone();
    consumer.take(1);
    assertThat(body(relay)).isCompletedWithValue("done");
  }

  @Test
  void checkThatFails_keepsTheBytesBack() {
    Consumer consumer = Consumer.greedy();
    Attempt attempt = attempt();
    BodyRelay<String> relay =
        new BodyRelay<>(
            attempt,
            new NoCheck() {
              @Override
              public void update(ByteBuffer chunk) {
                if (chunk.get() == 2) {
                  throw attempt.failure(UpstreamReason.WRONG_HASH, "two");
                }
              }
            },
            consumer,
            () -> "done");
    relay.onSubscribe(new Server());
    relay.onNext(batch(1, 2, 3));
    assertThat(consumer.bytes()).containsExactly(1);
    assertThat(consumer.signals()).containsExactly("subscribed", "error");
    assertThat(attempt.abortCause()).contains(consumer.failure());
    assertThat(body(relay)).isCompletedExceptionally();
  }

  @Test
  void brokenConnection_isToldAsTooShort() {
    Consumer consumer = Consumer.greedy();
    BodyRelay<String> relay = relay(consumer, new NoCheck());
    relay.onSubscribe(new Server());
    relay.onNext(batch(1));
    relay.onError(new IOException("reset"));
    assertThat(consumer.failure())
        .isInstanceOf(UpstreamException.class)
        .hasMessageContaining("TOO_SHORT, the connection broke after 1 bytes")
        .hasMessageContaining("reset");
  }

  @Test
  void abortBeforeTheServerBegan_isToldOnceAndCancelsTheServerLater() {
    Consumer consumer = Consumer.greedy();
    BodyRelay<String> relay = relay(consumer, new NoCheck());
    IllegalStateException cause = new IllegalStateException("gone");
    relay.abort(cause);
    assertThat(consumer.signals()).containsExactly("subscribed", "error");
    assertThat(consumer.failure()).isSameAs(cause);

    relay.onSubscribe(new Server());
    assertThat(cancelled.get()).isPositive();
    assertThat(asked).hasValue(0);
    assertThat(consumer.signals()).containsExactly("subscribed", "error");
  }

  private BodyRelay<String> relay(Consumer consumer, BodyCheck check) {
    return new BodyRelay<>(attempt(), check, consumer, () -> "done");
  }

  private Attempt attempt() {
    return new Attempt(new Nothing(), 1, UpstreamLimits.DEFAULTS, runtime.runtime());
  }

  private static CompletableFuture<String> body(BodyRelay<String> relay) {
    return relay.getBody().toCompletableFuture();
  }

  private static List<ByteBuffer> batch(int... bytes) {
    return Arrays.stream(bytes).mapToObj(b -> ByteBuffer.wrap(new byte[] {(byte) b})).toList();
  }

  private final class Server implements Flow.Subscription {
    @Override
    public void request(long n) {
      asked.addAndGet((int) n);
    }

    @Override
    public void cancel() {
      cancelled.incrementAndGet();
    }
  }

  private static class NoCheck implements BodyCheck {
    @Override
    public void update(ByteBuffer chunk) {}

    @Override
    public void end() {}
  }

  private record Nothing() implements Operation<String> {
    @Override
    public Endpoint endpoint() {
      return Endpoint.parse("127.0.0.1:1");
    }

    @Override
    public String name() {
      return "GET /nothing";
    }

    @Override
    public HttpRequest request(Attempt attempt) {
      throw new UnsupportedOperationException();
    }

    @Override
    public BodySubscriber<String> receive(ResponseInfo head, Attempt attempt) {
      throw new UnsupportedOperationException();
    }
  }
}
