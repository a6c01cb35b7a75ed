package io.tributary.kademlia;

import java.util.concurrent.CompletableFuture;

/**
 * A search under way. Thread-safe.
 *
 * @param <R> what it comes to
 */
public interface Search<R> {

  /**
   * What it comes to. Completes normally also when time ran out or the search was cancelled, with
   * what was found until then; exceptionally only for a wrong request.
   */
  CompletableFuture<R> result();

  /** What it has cost so far. */
  SearchCost cost();

  /** Ends it now; nothing more is asked. */
  void cancel();
}
