package io.tributary.origin.chain.rpc;

import io.tributary.origin.chain.ChainException;
import io.tributary.origin.chain.ChainException.Fault;
import io.tributary.origin.chain.ChainException.Reason;
import io.tributary.origin.chain.RpcEndpoint;
import io.tributary.origin.scale.ScaleException;
import java.net.http.HttpClient;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;

/**
 * A client of several nodes of one chain, of which it asks one at a time.
 *
 * <p>An operation, several calls that belong together, runs on one endpoint; if that fails it is
 * run again from its start on the next, until all were tried. The endpoint that answered is asked
 * first the next time. One that cannot be reached, is silent or talks nonsense rests for a while,
 * unless all do. An endpoint is not blamed for a record the chain itself holds, nor for an error it
 * states in good form.
 *
 * <p>Nothing blocks. The futures complete on the executor. May be used by any thread.
 */
public final class RpcClient implements AutoCloseable {
  /** Failures another endpoint would only repeat. */
  private static final Set<Reason> FINAL =
      EnumSet.of(
          Reason.REJECTED, Reason.NONCE_TAKEN, Reason.POOL_FULL, Reason.OVERLOADED, Reason.CLOSED);

  /** Failures for which an endpoint rests. */
  private static final Set<Reason> BLAMED =
      EnumSet.of(
          Reason.UNREACHABLE,
          Reason.TIMEOUT,
          Reason.HTTP_STATUS,
          Reason.MALFORMED_RESPONSE,
          Reason.WRONG_NETWORK);

  private final RpcLimits limits;
  private final Executor executor;
  private final ScheduledExecutorService timer;
  private final RpcObserver observer;
  private final EndpointPool pool;
  private final JsonRpc jsonRpc;
  private final ResponseBudget budget;
  private final Map<RpcEndpoint, RpcTransport> transports = new HashMap<>();
  private final Semaphore inFlight;
  private final Map<Long, CompletableFuture<RpcResponse>> open = new ConcurrentHashMap<>();
  private final AtomicLong nextId = new AtomicLong();
  private volatile boolean closed;

  /**
   * Opens a client; no connection is made before the first call.
   *
   * @param endpoints 1 to 16 addresses of nodes, the preferred one first
   * @param executor reads and parses responses and completes futures
   * @param timer ends calls that take too long
   * @param clock tells when an endpoint has rested enough
   */
  public RpcClient(
      List<RpcEndpoint> endpoints,
      RpcLimits limits,
      Executor executor,
      ScheduledExecutorService timer,
      InstantSource clock,
      RpcObserver observer) {
    this.limits = limits;
    this.executor = executor;
    this.timer = timer;
    this.observer = observer;
    this.pool = new EndpointPool(endpoints, limits, clock);
    this.jsonRpc = new JsonRpc(limits.maxResponseBytes());
    this.budget = new ResponseBudget(limits);
    this.inFlight = new Semaphore(limits.maxInFlight());
    HttpClient http =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(limits.connectTimeout())
            .executor(executor)
            .build();
    for (RpcEndpoint endpoint : endpoints) {
      transports.put(
          endpoint,
          endpoint.isWebSocket()
              ? new WebSocketTransport(http, endpoint, limits, jsonRpc, budget, executor)
              : new HttpTransport(http, endpoint, jsonRpc, budget));
    }
  }

  /**
   * Runs an operation on the first endpoint that can carry it out.
   *
   * @param asked what is asked, in words, for the error
   * @param work the operation; it may be run once per endpoint
   * @return its result, or a {@link ChainException}
   */
  public <T> CompletableFuture<T> run(
      String asked, Function<RpcSession, CompletableFuture<T>> work) {
    Operation<T> operation = new Operation<>(asked, work, pool.order());
    operation.tryNext();
    return operation.result;
  }

  /**
   * Gives up all calls; later ones fail with {@link Reason#CLOSED}. Executor and timer are the
   * owner's, who ends them after this.
   */
  @Override
  public void close() {
    closed = true;
    open.values().forEach(call -> call.completeExceptionally(closedFailure()));
    transports.values().forEach(RpcTransport::close);
  }

  /** Makes one call to one endpoint, within the limits. */
  CompletableFuture<RpcResponse> exchange(RpcEndpoint endpoint, String method, List<?> params) {
    if (closed) {
      return CompletableFuture.failedFuture(closedFailure());
    }
    if (!inFlight.tryAcquire()) {
      return CompletableFuture.failedFuture(
          ChainException.of(
              Reason.OVERLOADED,
              limits.maxInFlight() + " calls are in flight, which is maxInFlight"));
    }
    long id = nextId.getAndIncrement();
    RpcTransport transport = transports.get(endpoint);
    if (transport == null) {
      inFlight.release();
      throw new IllegalArgumentException(endpoint + " is none of this client's endpoints");
    }
    CompletableFuture<RpcResponse> response =
        transport.exchange(id, jsonRpc.request(id, method, params));
    open.put(id, response);
    if (closed) {
      response.completeExceptionally(closedFailure());
    }
    ScheduledFuture<?> deadline =
        timer.schedule(
            () -> executor.execute(() -> giveUp(id, method)),
            limits.callTimeout().toNanos(),
            TimeUnit.NANOSECONDS);
    return response.whenComplete(
        (answer, failure) -> {
          deadline.cancel(false);
          open.remove(id);
          inFlight.release();
          if (failure == null) {
            requireId(answer, id, method);
          }
        });
  }

  /** Returns the bytes of responses being received. */
  long bufferedBytes() {
    return budget.heldBytes();
  }

  private static ChainException closedFailure() {
    return ChainException.of(Reason.CLOSED, "the client is closed");
  }

  /**
   * Ends a call that is late. It is found by its id, so that the timer, which may keep a cancelled
   * task until its time, does not keep the response with it.
   */
  private void giveUp(long id, String method) {
    CompletableFuture<RpcResponse> call = open.get(id);
    if (call != null) {
      call.completeExceptionally(
          ChainException.of(
              Reason.TIMEOUT,
              method + ": no response within " + limits.callTimeout().toMillis() + " ms"));
    }
  }

  private static void requireId(RpcResponse response, long id, String method) {
    boolean matches =
        (response instanceof RpcResponse.Result result && result.id() == id)
            || (response instanceof RpcResponse.Failure failure
                && (failure.id() == id || failure.id() == RpcResponse.NO_ID));
    if (!matches) {
      throw ChainException.of(Reason.MALFORMED_RESPONSE, method + ": the id of another call");
    }
  }

  /** An operation on its way through the endpoints. */
  private final class Operation<T> {
    private final String asked;
    private final Function<RpcSession, CompletableFuture<T>> work;
    private final List<RpcEndpoint> order;
    private final List<RpcEndpoint> tried = new ArrayList<>();
    private final List<ChainException> failures = new ArrayList<>();
    private final CompletableFuture<T> result = new CompletableFuture<>();

    Operation(
        String asked, Function<RpcSession, CompletableFuture<T>> work, List<RpcEndpoint> order) {
      this.asked = asked;
      this.work = work;
      this.order = order;
    }

    void tryNext() {
      RpcEndpoint endpoint = order.get(tried.size());
      tried.add(endpoint);
      CompletableFuture<T> attempt;
      try {
        attempt = work.apply(new RpcSession(RpcClient.this, endpoint));
      } catch (RuntimeException e) {
        attempt = CompletableFuture.failedFuture(e);
      }
      Futures.onDone(
          attempt,
          (value, failure) -> {
            if (failure == null) {
              pool.succeeded(endpoint);
              result.complete(value);
            } else {
              failed(endpoint, Futures.unwrap(failure));
            }
          },
          executor);
    }

    private void failed(RpcEndpoint endpoint, Throwable failure) {
      ChainException reason;
      if (failure instanceof ChainException chain) {
        reason = chain;
      } else if (failure instanceof ScaleException scale) {
        reason =
            ChainException.of(Reason.MALFORMED_RECORD, String.valueOf(scale.getMessage()), scale);
      } else {
        // A defect of ours: it must not look like the node's fault.
        result.completeExceptionally(failure);
        return;
      }
      failures.add(reason);
      if (!closed && reason.reason().fault() == Fault.ORIGIN) {
        Duration rest = BLAMED.contains(reason.reason()) ? pool.failed(endpoint) : Duration.ZERO;
        observer.endpointFailed(endpoint, reason, rest);
      }
      boolean more = tried.size() < order.size();
      if (more && !FINAL.contains(reason.reason()) && !result.isDone()) {
        tryNext();
      } else {
        ChainException last = reason.after(asked, tried);
        failures.stream().filter(earlier -> earlier != reason).forEach(last::addSuppressed);
        result.completeExceptionally(last);
      }
    }
  }
}
