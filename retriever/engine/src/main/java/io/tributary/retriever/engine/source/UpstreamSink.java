package io.tributary.retriever.engine.source;

import io.tributary.origin.upstream.Transfer;
import io.tributary.origin.upstream.UpstreamException;
import io.tributary.retriever.engine.source.FragmentOffer.Fetched;
import io.tributary.retriever.engine.source.FragmentOffer.Fetching;
import io.tributary.retriever.engine.source.FragmentOffer.Sink;
import io.tributary.retriever.engine.source.SourceException.Kind;
import java.nio.ByteBuffer;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Flow;

/** Passes what a miner or gateway sends to a sink, all of it as it comes. */
class UpstreamSink implements Flow.Subscriber<ByteBuffer> {
  private final Sink sink;

  UpstreamSink(Sink sink) {
    this.sink = sink;
  }

  @Override
  public void onSubscribe(Flow.Subscription subscription) {
    subscription.request(Long.MAX_VALUE);
  }

  @Override
  public void onNext(ByteBuffer bytes) {
    sink.onBytes(bytes);
  }

  @Override
  public void onError(Throwable failure) {}

  @Override
  public void onComplete() {}

  /**
   * Turns a call into a fetch.
   *
   * @param isVerified whether the call checks the bytes against the fragment's hash
   */
  static Fetching fetching(CompletableFuture<Transfer> call, boolean isVerified) {
    CompletableFuture<Fetched> result = new CompletableFuture<>();
    var unused =
        call.whenComplete(
            (transfer, failure) -> {
              if (failure == null) {
                result.complete(() -> isVerified);
              } else {
                result.completeExceptionally(explain(failure));
              }
            });
    return new Fetching() {
      @Override
      public void cancel() {
        call.cancel(false);
      }

      @Override
      public CompletableFuture<Fetched> result() {
        return result;
      }
    };
  }

  private static SourceException explain(Throwable failure) {
    Throwable cause =
        failure instanceof CompletionException && failure.getCause() != null
            ? failure.getCause()
            : failure;
    if (cause instanceof CancellationException) {
      return new SourceException(Kind.CANCELLED, "cancelled");
    }
    if (!(cause instanceof UpstreamException known)) {
      return new SourceException(Kind.FAILED, cause.toString());
    }
    Kind kind =
        switch (known.reason()) {
          case NOT_FOUND, NOT_DECLARED -> Kind.MISSING;
          case BUSY, SATURATED, EMPTY_ANSWER -> Kind.BUSY;
          case REFUSED_SIGNATURE, REFUSED_REQUEST -> Kind.REFUSED;
          case TOO_LONG, WRONG_HASH -> Kind.LIED;
          case SLOW_CONSUMER, CONSUMER_FAILED -> Kind.SELF;
          case UNREACHABLE, TIMEOUT, STALLED, SERVER_ERROR, TOO_SHORT, MALFORMED, CIRCUIT_OPEN ->
              Kind.FAILED;
        };
    return new SourceException(kind, String.valueOf(known.getMessage()));
  }
}
