package io.tributary.retriever.node.http;

import io.tributary.content.cipher.UnreadableContentException;
import io.tributary.nodekit.http.HttpProblem;
import io.tributary.retriever.engine.RetrievalException;
import java.time.Duration;
import java.util.Optional;

/** The engine's failures as answers: the reason's name is the error code. */
final class EngineProblems {
  private static final Duration USUAL_PAUSE = Duration.ofSeconds(2);

  private EngineProblems() {}

  static Optional<HttpProblem> of(Throwable failure) {
    if (failure instanceof RetrievalException retrieval) {
      return Optional.of(of(retrieval));
    }
    if (failure instanceof UnreadableContentException) {
      return Optional.of(
          new HttpProblem(
              400,
              "WRONG_CIPHER",
              "the passphrase is not the one the file was encrypted with, or it is not encrypted",
              "send the right one in the header Cipher, or none"));
    }
    return Optional.empty();
  }

  private static HttpProblem of(RetrievalException failure) {
    int status = failure.reason().httpStatus();
    Duration pause = failure.retryAfter().isZero() ? USUAL_PAUSE : failure.retryAfter();
    return new HttpProblem(
        status,
        failure.reason().name(),
        String.valueOf(failure.getMessage()),
        failure.reason().advice(),
        status == 503 ? Optional.of(pause) : Optional.empty(),
        failure);
  }
}
