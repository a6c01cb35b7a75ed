package io.tributary.origin.chain.rpc;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;

/** What {@link CompletableFuture} leaves out. */
final class Futures {
  private Futures() {}

  /** Runs an action, which must not fail, when a future is done, with its value or its failure. */
  @SuppressWarnings("FutureReturnValueIgnored") // The action hears of the failure.
  static <T> void onDone(
      CompletableFuture<T> future, BiConsumer<? super T, ? super Throwable> action) {
    future.whenComplete(action);
  }

  /** As {@link #onDone(CompletableFuture, BiConsumer)}, on an executor. */
  @SuppressWarnings("FutureReturnValueIgnored") // The action hears of the failure.
  static <T> void onDone(
      CompletableFuture<T> future,
      BiConsumer<? super T, ? super Throwable> action,
      Executor executor) {
    future.whenCompleteAsync(action, executor);
  }

  /** Returns the exception inside the wrappers that futures add. */
  static Throwable unwrap(Throwable failure) {
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
