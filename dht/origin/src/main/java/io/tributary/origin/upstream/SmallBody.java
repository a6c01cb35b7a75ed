package io.tributary.origin.upstream;

import java.io.ByteArrayOutputStream;
import java.net.http.HttpResponse.BodySubscriber;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.function.Function;

/**
 * A body held in memory whole and then read; more bytes than {@link Attempt#smallAnswerBytes} end
 * it as {@link UpstreamReason#TOO_LONG}.
 *
 * @param <T> what the bytes are read as
 */
public final class SmallBody<T> implements BodySubscriber<T>, Abortable {
  private final Attempt attempt;
  private final Function<byte[], T> reader;
  private final CompletableFuture<T> body = new CompletableFuture<>();
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private volatile Flow.Subscription server = InertSubscription.INSTANCE;

  /**
   * Creates a body.
   *
   * @param attempt the attempt whose answer this is
   * @param reader reads the bytes, or throws an {@link UpstreamException}
   */
  public SmallBody(Attempt attempt, Function<byte[], T> reader) {
    this.attempt = attempt;
    this.reader = reader;
  }

  @Override
  public CompletionStage<T> getBody() {
    return body;
  }

  @Override
  public void onSubscribe(Flow.Subscription subscription) {
    server = subscription;
    subscription.request(Long.MAX_VALUE);
  }

  @Override
  public void onNext(List<ByteBuffer> buffers) {
    for (ByteBuffer buffer : buffers) {
      attempt.received(buffer.remaining());
      if (body.isDone()) {
        return;
      }
      if (bytes.size() + buffer.remaining() > attempt.smallAnswerBytes()) {
        attempt.abort(
            attempt.failure(
                UpstreamReason.TOO_LONG,
                "the answer is longer than " + attempt.smallAnswerBytes() + " bytes"));
        return;
      }
      byte[] copy = new byte[buffer.remaining()];
      buffer.get(copy);
      bytes.writeBytes(copy);
    }
  }

  @Override
  public void onError(Throwable failure) {
    body.completeExceptionally(failure);
  }

  @Override
  public void onComplete() {
    try {
      body.complete(reader.apply(bytes.toByteArray()));
    } catch (RuntimeException e) {
      body.completeExceptionally(e);
    }
  }

  @Override
  public void abort(Throwable cause) {
    if (body.completeExceptionally(cause)) {
      server.cancel();
    }
  }
}
