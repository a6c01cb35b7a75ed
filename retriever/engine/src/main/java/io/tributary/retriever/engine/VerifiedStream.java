package io.tributary.retriever.engine;

import io.tributary.retriever.engine.trace.TraceId;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * The verified bytes of a range, in order, handed out as they are asked for: who asks for nothing
 * stops the sources, once as much is held as the read may hold. Thread-safe, but only one piece may
 * be asked for at a time.
 */
public interface VerifiedStream extends AutoCloseable {

  /**
   * Asks for the next piece.
   *
   * @return completed at once if the piece is there, else on one of the engine's threads; empty
   *     after the last byte. Fails with a {@link RetrievalException}, after which nothing more
   *     comes. A piece belongs to who gets it
   * @throws IllegalStateException if the last one has not been answered yet
   */
  CompletableFuture<Optional<VerifiedBytes>> next();

  /**
   * Wants no more: what is fetched for this read alone is cancelled at its sources. A piece that is
   * being waited for fails with {@code CANCELLED}. Does nothing after the end.
   */
  void cancel();

  /** Cancels. */
  @Override
  default void close() {
    cancel();
  }

  /** The name of what is recorded about this read. */
  TraceId traceId();
}
