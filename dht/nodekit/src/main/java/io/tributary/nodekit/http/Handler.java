package io.tributary.nodekit.http;

import java.util.concurrent.CompletionStage;

/** Answers requests. Called on event loops, so it must not block. Thread-safe. */
@FunctionalInterface
public interface Handler {
  /**
   * Answers one request.
   *
   * @return the response; a failure is answered as the {@link HttpProblem} it is, else as an
   *     internal error. If the client goes first, the stage's {@code CompletableFuture} is
   *     cancelled.
   */
  CompletionStage<Response> handle(Request request);
}
