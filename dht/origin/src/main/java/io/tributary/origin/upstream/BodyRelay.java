package io.tributary.origin.upstream;

import java.io.IOException;
import java.net.http.HttpResponse.BodySubscriber;
import java.nio.ByteBuffer;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/**
 * A body handed on to a consumer as it comes, checked on the way, at the consumer's pace.
 *
 * <p>At most one batch of the HTTP client's buffers is held, and the next one is asked for only
 * when the consumer wants more: memory is bounded whatever the server and the consumer do. The
 * consumer's {@code onComplete} means that the whole body passed the check; {@code onError} carries
 * an {@link UpstreamException}, or a {@link CancellationException} if somebody else cancelled the
 * call.
 *
 * @param <T> what the call gives when the body is right
 */
public final class BodyRelay<T> implements BodySubscriber<T>, Flow.Subscription, Abortable {
  /*
   * One loop, many callers
   * ======================
   * Batches come on the executor's threads, demand on the consumer's, an abort on the timers'. Each
   * of them leaves word in an atomic field and calls drain(). Whoever finds `signals` at zero runs
   * the loop, for everybody who calls meanwhile: so the consumer and the check are called by one
   * thread at a time, in order, and nobody waits. Plain fields below are the loop's own.
   */
  private final Attempt attempt;
  private final BodyCheck check;
  private final Flow.Subscriber<? super ByteBuffer> consumer;
  private final Supplier<T> result;
  private final CompletableFuture<T> body = new CompletableFuture<>();

  private final AtomicInteger signals = new AtomicInteger();
  private final AtomicLong demand = new AtomicLong();
  private volatile List<ByteBuffer> arrived = List.of();
  private volatile Flow.Subscription server = InertSubscription.INSTANCE;
  private final CompletableFuture<Throwable> failure = new CompletableFuture<>();
  private volatile boolean received;
  private volatile boolean unwanted;

  private Iterator<ByteBuffer> batch = List.<ByteBuffer>of().iterator();
  private boolean introduced;
  private boolean asked;
  private boolean done;

  /**
   * Creates a relay.
   *
   * @param attempt the attempt whose answer this is
   * @param check what the bytes must satisfy
   * @param consumer who gets the bytes
   * @param result called once the body is right
   */
  public BodyRelay(
      Attempt attempt,
      BodyCheck check,
      Flow.Subscriber<? super ByteBuffer> consumer,
      Supplier<T> result) {
    this.attempt = attempt;
    this.check = check;
    this.consumer = consumer;
    this.result = result;
  }

  @Override
  public CompletionStage<T> getBody() {
    return body;
  }

  // What the server's side calls.

  @Override
  public void onSubscribe(Flow.Subscription subscription) {
    server = subscription;
    if (failure.isDone()) {
      subscription.cancel();
    }
    drain();
  }

  @Override
  public void onNext(List<ByteBuffer> buffers) {
    long bytes = 0;
    for (ByteBuffer buffer : buffers) {
      bytes += buffer.remaining();
    }
    attempt.received(bytes);
    arrived = buffers.isEmpty() ? List.of(ByteBuffer.allocate(0)) : buffers;
    drain();
  }

  @Override
  public void onError(Throwable cause) {
    failure.complete(
        attempt
            .abortCause()
            .orElseGet(() -> cause instanceof IOException ? attempt.broke(cause) : cause));
    drain();
  }

  @Override
  public void onComplete() {
    received = true;
    drain();
  }

  // What the consumer's side calls.

  @Override
  public void request(long n) {
    if (n <= 0) {
      attempt.abort(attempt.failure(UpstreamReason.CONSUMER_FAILED, "the consumer asked for " + n));
      return;
    }
    demand.accumulateAndGet(n, (have, more) -> have + more < 0 ? Long.MAX_VALUE : have + more);
    drain();
  }

  @Override
  public void cancel() {
    unwanted = true;
    attempt.abort(new CancellationException("the consumer wants no more"));
  }

  @Override
  public void abort(Throwable cause) {
    if (failure.complete(cause)) {
      server.cancel();
    }
    drain();
  }

  private void drain() {
    if (signals.getAndIncrement() != 0) {
      return;
    }
    int missed = 1;
    while (missed != 0) {
      try {
        run();
      } catch (UpstreamException e) {
        fail(e);
      } catch (RuntimeException e) {
        fail(consumerFailed(e));
      }
      missed = signals.addAndGet(-missed);
    }
  }

  private void run() {
    while (!done) {
      if (!introduced) {
        if (server == InertSubscription.INSTANCE && !failure.isDone()) {
          return;
        }
        introduced = true;
        attempt.holdForConsumer();
        consumer.onSubscribe(this);
      } else if (failure.isDone()) {
        fail(failure.join());
      } else if (batch.hasNext()) {
        if (demand.get() == 0) {
          return;
        }
        deliver(batch.next());
      } else if (!arrived.isEmpty()) {
        // From here to the next request the time is ours and the consumer's, not the server's.
        attempt.holdForConsumer();
        batch = arrived.iterator();
        arrived = List.of();
        asked = false;
      } else if (received) {
        complete();
      } else if (!asked && demand.get() > 0) {
        asked = true;
        attempt.waitForPeer();
        server.request(1);
      } else {
        return;
      }
    }
  }

  private void deliver(ByteBuffer chunk) {
    if (!chunk.hasRemaining()) {
      return;
    }
    check.update(chunk.duplicate());
    demand.updateAndGet(have -> have == Long.MAX_VALUE ? have : have - 1);
    consumer.onNext(chunk);
  }

  private void complete() {
    check.end();
    T value = result.get();
    done = true;
    try {
      consumer.onComplete();
      body.complete(value);
    } catch (RuntimeException e) {
      body.completeExceptionally(consumerFailed(e));
    }
  }

  private void fail(Throwable cause) {
    if (done) {
      return;
    }
    done = true;
    batch = List.<ByteBuffer>of().iterator();
    attempt.abort(cause);
    try {
      if (!unwanted) {
        consumer.onError(cause);
      }
    } catch (RuntimeException e) {
      cause.addSuppressed(e);
    }
    body.completeExceptionally(cause);
  }

  private UpstreamException consumerFailed(RuntimeException thrown) {
    UpstreamException told =
        attempt.failure(UpstreamReason.CONSUMER_FAILED, "the consumer threw " + thrown);
    told.addSuppressed(thrown);
    return told;
  }
}
