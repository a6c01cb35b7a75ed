package io.tributary.origin.upstream;

import java.net.http.HttpResponse.BodySubscriber;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;

/**
 * A body that is not read: the answer's head already says that it is wrong. The connection is
 * closed.
 *
 * @param <T> what the call would give
 */
public final class RefusedBody<T> implements BodySubscriber<T> {
  private final Attempt attempt;
  private final Throwable failure;
  private final CompletableFuture<T> body = new CompletableFuture<>();

  /** Creates a body that ends with a failure. */
  public RefusedBody(Attempt attempt, Throwable failure) {
    this.attempt = attempt;
    this.failure = failure;
  }

  @Override
  public CompletionStage<T> getBody() {
    return body;
  }

  @Override
  public void onSubscribe(Flow.Subscription subscription) {
    attempt.abort(failure);
    subscription.cancel();
    body.completeExceptionally(failure);
  }

  @Override
  public void onNext(List<ByteBuffer> buffers) {}

  @Override
  public void onError(Throwable ignored) {
    body.completeExceptionally(failure);
  }

  @Override
  public void onComplete() {
    body.completeExceptionally(failure);
  }
}
