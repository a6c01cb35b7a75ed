package io.tributary.origin.chain.rpc;

import io.tributary.origin.chain.ChainException;
import io.tributary.origin.chain.ChainException.Reason;
import io.tributary.origin.chain.RpcEndpoint;
import java.net.http.HttpClient;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * All calls over one WebSocket, opened by the first call and again by the first call after it
 * broke.
 */
final class WebSocketTransport implements RpcTransport {
  private final HttpClient http;
  private final RpcEndpoint endpoint;
  private final RpcLimits limits;
  private final JsonRpc jsonRpc;
  private final ResponseBudget budget;
  private final Executor executor;
  private final Object lock = new Object();
  private @Nullable CompletableFuture<WebSocketConnection> current;
  private boolean closed;

  WebSocketTransport(
      HttpClient http,
      RpcEndpoint endpoint,
      RpcLimits limits,
      JsonRpc jsonRpc,
      ResponseBudget budget,
      Executor executor) {
    this.http = http;
    this.endpoint = endpoint;
    this.limits = limits;
    this.jsonRpc = jsonRpc;
    this.budget = budget;
    this.executor = executor;
  }

  @Override
  public CompletableFuture<RpcResponse> exchange(long id, String json) {
    CompletableFuture<RpcResponse> response = new CompletableFuture<>();
    Futures.onDone(
        connection(),
        (connection, failure) -> {
          if (failure != null) {
            response.completeExceptionally(TransportErrors.of(failure));
          } else if (!response.isDone()) {
            connection.exchange(id, json, response);
          }
        });
    return response;
  }

  @Override
  public void close() {
    CompletableFuture<WebSocketConnection> last;
    synchronized (lock) {
      closed = true;
      last = current;
      current = null;
    }
    if (last != null) {
      Futures.onDone(
          last,
          (connection, failure) -> {
            if (failure == null) {
              connection.abort(ChainException.of(Reason.CLOSED, "the client is closed"));
            }
          });
    }
  }

  /** Returns the open connection, or opens one; callers in the meantime share it. */
  private CompletableFuture<WebSocketConnection> connection() {
    CompletableFuture<WebSocketConnection> opening;
    synchronized (lock) {
      if (closed) {
        return CompletableFuture.failedFuture(
            ChainException.of(Reason.CLOSED, "the client is closed"));
      }
      CompletableFuture<WebSocketConnection> known = current;
      if (known != null && (!known.isDone() || isOpen(known))) {
        return known;
      }
      opening = new CompletableFuture<>();
      current = opening;
    }
    WebSocketConnection connection = new WebSocketConnection(jsonRpc, budget, executor);
    Futures.onDone(
        http.newWebSocketBuilder()
            .connectTimeout(limits.connectTimeout())
            .buildAsync(endpoint.uri(), connection),
        (webSocket, failure) -> {
          if (failure != null) {
            opening.completeExceptionally(failure);
          } else {
            opening.complete(connection);
          }
        });
    return opening;
  }

  private static boolean isOpen(CompletableFuture<WebSocketConnection> done) {
    return !done.isCompletedExceptionally() && done.join().isOpen();
  }
}
