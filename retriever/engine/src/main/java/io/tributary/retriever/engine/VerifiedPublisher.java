package io.tributary.retriever.engine;

import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A verified stream as a reactive publisher, for one subscriber. Its buffers are copies on the
 * heap, which are the subscriber's.
 */
public final class VerifiedPublisher implements Flow.Publisher<ByteBuffer> {
  private final VerifiedStream stream;
  private final AtomicBoolean subscribed = new AtomicBoolean();

  /** Publishes what a stream has left. */
  public VerifiedPublisher(VerifiedStream stream) {
    this.stream = stream;
  }

  @Override
  public void subscribe(Flow.Subscriber<? super ByteBuffer> subscriber) {
    if (subscribed.compareAndSet(false, true)) {
      subscriber.onSubscribe(new Pump(stream, subscriber));
    } else {
      subscriber.onSubscribe(
          new Flow.Subscription() {
            @Override
            public void request(long n) {}

            @Override
            public void cancel() {}
          });
      subscriber.onError(new IllegalStateException("a verified stream has one subscriber"));
    }
  }

  /** Asks for a piece at a time while there is demand. */
  private static final class Pump implements Flow.Subscription {
    private final VerifiedStream stream;
    private final Flow.Subscriber<? super ByteBuffer> subscriber;
    private final AtomicLong demand = new AtomicLong();
    private final AtomicInteger turns = new AtomicInteger();
    private final AtomicReference<@Nullable Runnable> arrived = new AtomicReference<>();
    private volatile boolean isOver;
    private volatile boolean isBadDemand;
    private boolean isAsking;

    Pump(VerifiedStream stream, Flow.Subscriber<? super ByteBuffer> subscriber) {
      this.stream = stream;
      this.subscriber = subscriber;
    }

    @Override
    public void request(long n) {
      if (n <= 0) {
        isBadDemand = true;
      } else {
        demand.accumulateAndGet(n, (have, more) -> have + more < 0 ? Long.MAX_VALUE : have + more);
      }
      pump();
    }

    @Override
    public void cancel() {
      isOver = true;
      stream.cancel();
    }

    /**
     * Whoever finds nobody at work does the work of all who come meanwhile, so calls don't overlap.
     */
    private void pump() {
      if (turns.getAndIncrement() == 0) {
        int missed = 1;
        while (missed != 0) {
          goOn();
          missed = turns.addAndGet(-missed);
        }
      }
    }

    private void goOn() {
      Runnable step = arrived.getAndSet(null);
      if (step != null) {
        step.run();
      }
      if (isBadDemand && !isOver) {
        isOver = true;
        stream.cancel();
        subscriber.onError(new IllegalArgumentException("a request is for one buffer or more"));
      }
      if (isOver || isAsking || demand.get() == 0) {
        return;
      }
      isAsking = true;
      demand.decrementAndGet();
      var unused =
          stream
              .next()
              .whenComplete(
                  (piece, failure) -> {
                    arrived.set(() -> onPiece(piece, failure));
                    pump();
                  });
    }

    @SuppressWarnings("NullAway") // exactly one of the two is null
    private void onPiece(Optional<VerifiedBytes> piece, Throwable failure) {
      if (failure != null) {
        end(() -> subscriber.onError(unwrap(failure)));
      } else if (piece.isEmpty()) {
        end(subscriber::onComplete);
      } else {
        ByteBuffer copy;
        try (VerifiedBytes bytes = piece.get()) {
          copy = ByteBuffer.allocate(bytes.length());
          bytes.buf().getBytes(bytes.buf().readerIndex(), copy);
        }
        if (!isOver) {
          subscriber.onNext(copy.flip());
        }
        isAsking = false;
      }
    }

    private void end(Runnable last) {
      if (!isOver) {
        isOver = true;
        last.run();
      }
    }

    private static Throwable unwrap(Throwable failure) {
      return failure instanceof CompletionException && failure.getCause() != null
          ? failure.getCause()
          : failure;
    }
  }
}
