package io.tributary.kademlia;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/** A search, as its caller sees it. */
final class BasicSearch<R> implements Search<R> {

  private final CompletableFuture<R> result = new CompletableFuture<>();
  private final Executor executor;
  private volatile SearchCost cost = SearchCost.none();
  private volatile boolean cancelled;
  private volatile Runnable canceller = () -> {};

  /**
   * @param executor of the DHT's thread
   */
  BasicSearch(Executor executor) {
    this.executor = executor;
  }

  void onCancel(Runnable action) {
    canceller = action;
    if (cancelled) {
      action.run();
    }
  }

  void cost(SearchCost value) {
    cost = value;
  }

  @Override
  public CompletableFuture<R> result() {
    return result;
  }

  @Override
  public SearchCost cost() {
    return cost;
  }

  @Override
  public void cancel() {
    cancelled = true;
    executor.execute(() -> canceller.run());
  }
}
