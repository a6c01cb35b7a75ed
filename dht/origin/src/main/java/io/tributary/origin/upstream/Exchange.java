package io.tributary.origin.upstream;

import java.io.IOException;
import java.net.ProtocolException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpResponse.ResponseInfo;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;

/**
 * One HTTP exchange: sends an operation's request, and turns whatever happens into the operation's
 * value or a failure with a reason.
 */
final class Exchange<T> {
  private final HttpClient http;
  private final UpstreamRuntime runtime;
  private final Operation<T> operation;
  private final Attempt attempt;
  private final CompletableFuture<T> outcome = new CompletableFuture<>();
  private final Object lock = new Object();

  private boolean responded;
  private Optional<CompletableFuture<HttpResponse<T>>> sending = Optional.empty();
  private Optional<Abortable> body = Optional.empty();

  Exchange(HttpClient http, UpstreamRuntime runtime, Operation<T> operation, Attempt attempt) {
    this.http = http;
    this.runtime = runtime;
    this.operation = operation;
    this.attempt = attempt;
    attempt.onAbort(this::end);
  }

  /** Starts the exchange; called once. The future completes with the value or the failure. */
  CompletableFuture<T> start() {
    try {
      HttpRequest request = operation.request(attempt);
      synchronized (lock) {
        if (attempt.abortCause().isPresent()) {
          return outcome;
        }
        attempt.watchdog().start(this::expired);
        CompletableFuture<HttpResponse<T>> response = http.sendAsync(request, this::receive);
        sending = Optional.of(response);
        var unused = response.whenComplete(this::settle);
      }
    } catch (RuntimeException e) {
      finish(e);
    }
    return outcome;
  }

  /** Ends the exchange with a failure, unless it has ended. */
  void abort(Throwable cause) {
    attempt.abort(cause);
  }

  private void end(Throwable cause) {
    Optional<CompletableFuture<HttpResponse<T>>> toCancel;
    synchronized (lock) {
      toCancel = sending;
    }
    if (outcome.isDone()) {
      return;
    }
    operation.abandon();
    // Before the body ends: a response that has ended does not take its connection down any more.
    toCancel.ifPresent(open -> open.cancel(true));
    body().ifPresent(open -> open.abort(cause));
    finish(cause);
  }

  private Optional<Abortable> body() {
    synchronized (lock) {
      return body;
    }
  }

  /** Tells whether the server is idle since the consumer wants no more bytes for now. */
  boolean isHeldByConsumer() {
    return attempt.watchdog().isHeldByConsumer();
  }

  /** Leaves the timers' thread, since consumers and callers are told on the one that aborts. */
  private void expired(UpstreamReason reason, String detail) {
    runtime.run(() -> attempt.abort(attempt.failure(reason, detail)));
  }

  private BodySubscriber<T> receive(ResponseInfo head) {
    synchronized (lock) {
      responded = true;
      Optional<Throwable> aborted = attempt.abortCause();
      if (aborted.isPresent()) {
        return new RefusedBody<>(attempt, aborted.get());
      }
      attempt.responseBegan();
      BodySubscriber<T> subscriber;
      try {
        subscriber = operation.receive(head, attempt);
      } catch (RuntimeException e) {
        return new RefusedBody<>(attempt, e);
      }
      if (subscriber instanceof Abortable open) {
        body = Optional.of(open);
      }
      return subscriber;
    }
  }

  private void settle(HttpResponse<T> response, Throwable failure) {
    if (failure == null) {
      attempt.watchdog().stop();
      outcome.complete(response.body());
    } else {
      Throwable cause = attempt.abortCause().orElseGet(() -> explain(unwrap(failure)));
      if (!outcome.isDone()) {
        operation.abandon();
        body().ifPresent(open -> open.abort(cause));
      }
      finish(cause);
    }
  }

  private void finish(Throwable cause) {
    attempt.watchdog().stop();
    outcome.completeExceptionally(cause);
  }

  private Throwable explain(Throwable failure) {
    boolean began;
    synchronized (lock) {
      began = responded;
    }
    if (failure instanceof ProtocolException) {
      return attempt.failure(
          UpstreamReason.MALFORMED,
          "not HTTP: " + UpstreamException.excerpt(UpstreamException.describe(failure)));
    }
    if (!(failure instanceof IOException)) {
      return failure;
    }
    return began
        ? attempt.broke(failure)
        : attempt.failure(
            UpstreamReason.UNREACHABLE,
            UpstreamException.excerpt(UpstreamException.describe(failure)));
  }

  private static Throwable unwrap(Throwable failure) {
    Throwable inner = failure;
    while (inner instanceof CompletionException || inner instanceof ExecutionException) {
      Throwable cause = inner.getCause();
      if (cause == null) {
        return inner;
      }
      inner = cause;
    }
    return inner;
  }
}
