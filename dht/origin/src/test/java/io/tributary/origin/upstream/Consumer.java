package io.tributary.origin.upstream;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A consumer that keeps what it gets and lets a test set the pace; checks the rules of Flow. */
public final class Consumer implements Flow.Subscriber<ByteBuffer> {
  private final long firstDemand;
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final List<String> signals = new CopyOnWriteArrayList<>();
  private final AtomicInteger inside = new AtomicInteger();
  private volatile Flow.Subscription subscription = InertSubscription.INSTANCE;
  private volatile @Nullable Throwable failure;

  private Consumer(long firstDemand) {
    this.firstDemand = firstDemand;
  }

  /** Returns a consumer that takes all. */
  public static Consumer greedy() {
    return new Consumer(Long.MAX_VALUE);
  }

  /** Returns a consumer that takes nothing until asked to. */
  public static Consumer patient() {
    return new Consumer(0);
  }

  /** Asks for more buffers. */
  public void take(long buffers) {
    subscription.request(buffers);
  }

  /** Wants no more. */
  public void cancel() {
    subscription.cancel();
  }

  /** Returns what came so far. */
  public synchronized byte[] bytes() {
    return bytes.toByteArray();
  }

  /** Returns the number of bytes so far. */
  public synchronized int size() {
    return bytes.size();
  }

  /** Returns the signals other than data, in order. */
  public List<String> signals() {
    return signals;
  }

  /** Returns what {@code onError} carried, if it was called. */
  public @Nullable Throwable failure() {
    return failure;
  }

  @Override
  public void onSubscribe(Flow.Subscription given) {
    signals.add("subscribed");
    subscription = given;
    if (firstDemand > 0) {
      given.request(firstDemand);
    }
  }

  @Override
  public void onNext(ByteBuffer chunk) {
    if (inside.incrementAndGet() != 1) {
      signals.add("overlap");
    }
    if (signals.size() != 1) {
      signals.add("data out of turn");
    }
    byte[] copy = new byte[chunk.remaining()];
    chunk.get(copy);
    synchronized (this) {
      bytes.writeBytes(copy);
    }
    inside.decrementAndGet();
  }

  @Override
  public void onError(Throwable thrown) {
    failure = thrown;
    signals.add("error");
  }

  @Override
  public void onComplete() {
    signals.add("complete");
  }
}
