package io.tributary.origin.upstream;

import io.github.resilience4j.retry.Retry;
import java.net.http.HttpClient;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * The future of a call: one attempt after another until one succeeds, none is left, the overall
 * deadline is over or the caller cancels.
 */
final class GuardedCall<T> extends CompletableFuture<T> {
  private final HttpClient http;
  private final Operation<T> operation;
  private final Guard guard;
  private final UpstreamLimits limits;
  private final UpstreamRuntime runtime;
  private final Retry.AsyncContext<T> retry;
  private final Object lock = new Object();

  private int attempts;
  private Optional<Throwable> lastFailure = Optional.empty();
  private Optional<Exchange<T>> current = Optional.empty();
  private Future<?> deadline = CompletableFuture.completedFuture(Boolean.TRUE);

  GuardedCall(
      HttpClient http,
      Operation<T> operation,
      Guard guard,
      UpstreamLimits limits,
      UpstreamRuntime runtime) {
    this.http = http;
    this.operation = operation;
    this.guard = guard;
    this.limits = limits;
    this.runtime = runtime;
    this.retry = guard.retry().asyncContext();
  }

  void start() {
    synchronized (lock) {
      deadline =
          runtime
              .timers()
              .schedule(
                  () -> runtime.run(this::deadlineOver),
                  limits.deadlines().overall().toNanos(),
                  TimeUnit.NANOSECONDS);
    }
    tryOnce();
  }

  /** Gives up: nothing reaches the caller or its buffers any more when this returns. */
  @Override
  public boolean cancel(boolean mayInterruptIfRunning) {
    current().ifPresent(exchange -> exchange.abort(new CancellationException("cancelled")));
    boolean cancelled = super.cancel(mayInterruptIfRunning);
    // An attempt that started between the two lines above.
    current().ifPresent(exchange -> exchange.abort(new CancellationException("cancelled")));
    settle();
    return cancelled;
  }

  private void tryOnce() {
    if (isDone()) {
      return;
    }
    Optional<UpstreamReason> refused = guard.enter();
    if (refused.isPresent()) {
      end(notSent(refused.get()));
      return;
    }
    Attempt attempt;
    Exchange<T> exchange;
    synchronized (lock) {
      attempts++;
      attempt = new Attempt(operation, attempts, limits, runtime);
      exchange = new Exchange<>(http, runtime, operation, attempt);
      current = Optional.of(exchange);
    }
    if (isDone()) {
      exchange.abort(new CancellationException("cancelled"));
    }
    long start = runtime.nanoTime().getAsLong();
    var unused =
        exchange
            .start()
            .whenComplete(
                (value, failure) -> {
                  guard.leave(Optional.ofNullable(failure), runtime.nanoTime().getAsLong() - start);
                  if (failure == null) {
                    retry.onComplete();
                    settle();
                    complete(value);
                  } else {
                    failed(failure);
                  }
                });
  }

  private void failed(Throwable failure) {
    if (isDone()) {
      return;
    }
    synchronized (lock) {
      lastFailure = Optional.of(failure);
    }
    long pauseMillis = operation.isRepeatable() ? retry.onError(failure) : -1;
    if (pauseMillis < 0) {
      end(failure);
      return;
    }
    var unused =
        runtime
            .timers()
            .schedule(() -> runtime.run(this::tryOnce), pauseMillis, TimeUnit.MILLISECONDS);
  }

  private void deadlineOver() {
    if (isDone()) {
      return;
    }
    Optional<Exchange<T>> exchange = current();
    boolean held = exchange.isPresent() && exchange.get().isHeldByConsumer();
    UpstreamReason reason = held ? UpstreamReason.SLOW_CONSUMER : UpstreamReason.TIMEOUT;
    UpstreamException failure =
        failure(reason, "not done within " + limits.deadlines().overall().toMillis() + " ms");
    exchange.ifPresent(open -> open.abort(failure));
    end(failure);
  }

  private UpstreamException notSent(UpstreamReason reason) {
    return failure(
        reason,
        reason == UpstreamReason.SATURATED
            ? limits.parallelPerEndpoint() + " attempts are under way"
            : "it failed too often lately");
  }

  /** Words a failure of the call as a whole; that of the last attempt is attached. */
  private UpstreamException failure(UpstreamReason reason, String detail) {
    synchronized (lock) {
      UpstreamException failure =
          new UpstreamException(reason, operation.endpoint(), operation.name(), attempts, detail);
      lastFailure.ifPresent(failure::addSuppressed);
      return failure;
    }
  }

  private void end(Throwable failure) {
    settle();
    if (failure instanceof CancellationException) {
      super.cancel(false);
    } else {
      completeExceptionally(failure);
    }
  }

  private void settle() {
    synchronized (lock) {
      deadline.cancel(false);
    }
  }

  private Optional<Exchange<T>> current() {
    synchronized (lock) {
      return current;
    }
  }
}
