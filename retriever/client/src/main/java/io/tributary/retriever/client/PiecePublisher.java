package io.tributary.retriever.client;

import io.tributary.retriever.client.TributaryClient.Reading;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

/** Verified pieces as a publisher; each subscriber reads anew. Thread-safe. */
final class PiecePublisher implements Flow.Publisher<ByteBuffer> {
  /** The largest buffer that a subscriber gets. */
  static final int BUFFER_BYTES = 256 << 10;

  private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

  private final Supplier<Reading> begin;
  private final int bufferBytes;

  PiecePublisher(Supplier<Reading> begin) {
    this(begin, BUFFER_BYTES);
  }

  /** One with other buffers. */
  PiecePublisher(Supplier<Reading> begin, int bufferBytes) {
    this.begin = begin;
    this.bufferBytes = bufferBytes;
  }

  @Override
  public void subscribe(Flow.Subscriber<? super ByteBuffer> subscriber) {
    Pump pump = new Pump(begin, bufferBytes, Objects.requireNonNull(subscriber, "subscriber"));
    subscriber.onSubscribe(pump);
  }

  /** What came of asking for a piece. */
  private record Came(Optional<ByteBuffer> piece, Optional<Throwable> failure) {}

  /**
   * One subscription. Whoever finds nobody at work does the work of all who come meanwhile, so the
   * subscriber's calls neither overlap nor nest.
   */
  private static final class Pump implements Flow.Subscription {
    private final Supplier<Reading> begin;
    private final int bufferBytes;
    private final AtomicLong demand = new AtomicLong();
    private final AtomicInteger turns = new AtomicInteger();
    private final AtomicReference<Optional<Came>> came = new AtomicReference<>(Optional.empty());
    private volatile boolean isBadDemand;
    private volatile boolean isCancelled;

    // What follows is touched by who is at work only. A subscriber is forgotten at its end.
    private Optional<Flow.Subscriber<? super ByteBuffer>> subscriber;
    private Optional<Reading> reading = Optional.empty();
    private ByteBuffer piece = NOTHING;
    private boolean isAsking;
    private boolean isComplete;

    Pump(Supplier<Reading> begin, int bufferBytes, Flow.Subscriber<? super ByteBuffer> subscriber) {
      this.begin = begin;
      this.bufferBytes = bufferBytes;
      this.subscriber = Optional.of(subscriber);
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
      isCancelled = true;
      pump();
    }

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
      came.getAndSet(Optional.empty()).ifPresent(this::take);
      while (subscriber.isPresent()) {
        Flow.Subscriber<? super ByteBuffer> to = subscriber.get();
        if (isCancelled) {
          end();
        } else if (isBadDemand) {
          end();
          to.onError(new IllegalArgumentException("a request is for one buffer or more"));
        } else if (piece.hasRemaining() && demand.get() > 0) {
          demand.decrementAndGet();
          to.onNext(cut());
        } else if (piece.hasRemaining() || isAsking) {
          return;
        } else if (isComplete) {
          end();
          to.onComplete();
        } else if (reading.isPresent() || demand.get() > 0) {
          ask();
        } else {
          return;
        }
      }
    }

    /** The end of a piece is told at once, and the end of the file without demand. */
    private void ask() {
      isAsking = true;
      if (reading.isEmpty()) {
        try {
          reading = Optional.of(begin.get());
        } catch (RuntimeException e) {
          take(new Came(Optional.empty(), Optional.of(e)));
          return;
        }
      }
      var unused =
          reading
              .get()
              .next()
              .whenComplete(
                  (next, failure) -> {
                    came.set(
                        Optional.of(
                            failure == null
                                ? new Came(next, Optional.empty())
                                : new Came(Optional.empty(), Optional.of(failure))));
                    pump();
                  });
    }

    private void take(Came what) {
      isAsking = false;
      if (what.failure().isPresent() && subscriber.isPresent()) {
        Flow.Subscriber<? super ByteBuffer> to = subscriber.get();
        end();
        if (!isCancelled) {
          to.onError(unwrapped(what.failure().get()));
        }
      } else if (what.failure().isEmpty()) {
        piece = what.piece().orElse(NOTHING);
        isComplete = what.piece().isEmpty();
      }
    }

    private ByteBuffer cut() {
      int bytes = Math.min(bufferBytes, piece.remaining());
      ByteBuffer part = piece.slice(piece.position(), bytes).asReadOnlyBuffer();
      piece.position(piece.position() + bytes);
      return part;
    }

    private void end() {
      subscriber = Optional.empty();
      piece = NOTHING;
      reading.ifPresent(each -> each.stop().stop());
    }

    private static Throwable unwrapped(Throwable failure) {
      try {
        return PieceStream.unwrapped(failure);
      } catch (IllegalStateException defect) {
        return defect;
      }
    }
  }
}
