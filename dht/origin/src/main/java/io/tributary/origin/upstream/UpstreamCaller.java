package io.tributary.origin.upstream;

import java.net.http.HttpClient;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;

/**
 * Calls the HTTP servers of CESS within limits: deadlines, retries with random pauses, and for each
 * endpoint a number of places and a circuit breaker. Safe for use by many threads.
 */
public final class UpstreamCaller {
  private final HttpClient http;
  private final Guards guards;
  private final UpstreamLimits limits;
  private final UpstreamRuntime runtime;

  /** Creates a caller with its own connections. */
  public UpstreamCaller(UpstreamLimits limits, UpstreamRuntime runtime) {
    this.limits = limits;
    this.runtime = runtime;
    this.guards = new Guards(limits, runtime);
    this.http =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(limits.deadlines().connect())
            .executor(runtime.executor())
            .build();
  }

  /**
   * Starts a call.
   *
   * @return the value, or an {@link UpstreamException}; cancelling it ends the call, and nothing of
   *     the call reaches the caller afterwards
   */
  public <T> CompletableFuture<T> call(Operation<T> operation) {
    GuardedCall<T> call =
        new GuardedCall<>(http, operation, guards.of(operation.endpoint()), limits, runtime);
    call.start();
    return call;
  }

  /**
   * Starts a call that hands bytes to a consumer once its answer begins. Until then the operation
   * is repeatable; a call that fails so early tells the consumer too.
   */
  public <T> CompletableFuture<T> stream(Operation<T> operation, Flow.Subscriber<?> consumer) {
    CompletableFuture<T> call = call(operation);
    var unused =
        call.whenComplete(
            (done, failure) -> {
              if (failure != null && operation.isRepeatable()) {
                consumer.onSubscribe(InertSubscription.INSTANCE);
                consumer.onError(failure);
              }
            });
    return call;
  }

  /**
   * Tells whether a call to an endpoint would be tried now: its circuit is not open and it has a
   * free place. For choosing among endpoints; the answer may be old when it is used.
   */
  public boolean accepts(Endpoint endpoint) {
    return guards.of(endpoint).isOpenForCalls();
  }
}
