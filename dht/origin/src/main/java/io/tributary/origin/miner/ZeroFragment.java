package io.tributary.origin.miner;

import io.tributary.content.Layout;
import io.tributary.origin.upstream.Transfer;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** The fragment of zeros, made here and handed to a consumer at the consumer's pace. */
final class ZeroFragment implements Flow.Subscription {
  private static final ByteBuffer CHUNK = ByteBuffer.allocate(64 << 10).asReadOnlyBuffer();

  private final Flow.Subscriber<? super ByteBuffer> consumer;
  private final CompletableFuture<Transfer> end = new CompletableFuture<>();
  private final AtomicLong demand = new AtomicLong();
  private final AtomicInteger signals = new AtomicInteger();
  private volatile boolean unwanted;
  private long leftBytes = Layout.FRAGMENT_BYTES;
  private boolean done;

  private ZeroFragment(Flow.Subscriber<? super ByteBuffer> consumer) {
    this.consumer = consumer;
  }

  /** Hands the fragment to a consumer, called on an executor; cancelling the future ends that. */
  static CompletableFuture<Transfer> stream(
      Flow.Subscriber<? super ByteBuffer> consumer, Executor executor) {
    ZeroFragment zeros = new ZeroFragment(consumer);
    executor.execute(
        () -> {
          consumer.onSubscribe(zeros);
          var unused = zeros.end.whenComplete((transfer, failure) -> zeros.signal());
        });
    return zeros.end;
  }

  /** Fills a buffer from its position on; the position stays. */
  static void fill(ByteBuffer buffer) {
    ByteBuffer target = buffer.slice(buffer.position(), Layout.FRAGMENT_BYTES);
    while (target.hasRemaining()) {
      target.put(CHUNK.duplicate());
    }
  }

  @Override
  public void request(long n) {
    if (n <= 0) {
      end.completeExceptionally(new IllegalArgumentException("the consumer asked for " + n));
    } else {
      demand.accumulateAndGet(n, (have, more) -> have + more < 0 ? Long.MAX_VALUE : have + more);
    }
    signal();
  }

  @Override
  public void cancel() {
    unwanted = true;
    end.cancel(false);
  }

  /** Whoever finds no signal serves for all who come meanwhile, so that calls do not overlap. */
  private void signal() {
    if (signals.getAndIncrement() == 0) {
      int missed = 1;
      while (missed != 0) {
        serve();
        missed = signals.addAndGet(-missed);
      }
    }
  }

  private void serve() {
    while (!done && !end.isDone() && demand.get() > 0) {
      demand.decrementAndGet();
      leftBytes -= CHUNK.capacity();
      consumer.onNext(CHUNK.duplicate());
      if (leftBytes == 0) {
        done = true;
        consumer.onComplete();
        end.complete(Transfer.none(Layout.FRAGMENT_BYTES));
      }
    }
    if (!done && end.isDone()) {
      done = true;
      if (!unwanted) {
        consumer.onError(end.handle((transfer, failure) -> failure).join());
      }
    }
  }
}
