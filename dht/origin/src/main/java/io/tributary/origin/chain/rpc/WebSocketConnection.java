package io.tributary.origin.chain.rpc;

import io.tributary.origin.chain.ChainException;
import io.tributary.origin.chain.ChainException.Reason;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * One open WebSocket and the calls that wait for a response on it.
 *
 * <p>Responses find their call by id, in any order; a response nobody waits for any more is
 * dropped. Whatever breaks the connection fails all its calls. A call given up while no message at
 * all has arrived since it was sent closes the connection: the peer is gone without a word, or
 * stuck in a message that never ends, and the next call must not wait for it again.
 */
final class WebSocketConnection implements WebSocket.Listener {
  /** The room for a message that is kept for the next one. */
  private static final int KEPT_CHARS = 64 << 10;

  private final JsonRpc jsonRpc;
  private final ResponseBudget budget;
  private final Executor executor;
  private final Map<Long, CompletableFuture<RpcResponse>> waiting = new ConcurrentHashMap<>();
  private final AtomicReference<@Nullable ChainException> broken = new AtomicReference<>();
  private final AtomicLong messagesReceived = new AtomicLong();
  private final CompletableFuture<WebSocket> opened = new CompletableFuture<>();

  /** The send before the next one: a WebSocket takes one message at a time. */
  private CompletableFuture<?> lastSend = opened;

  // The listener is called by one thread at a time.
  private final StringBuilder message = new StringBuilder();
  private volatile ResponseBudget.Share share;

  WebSocketConnection(JsonRpc jsonRpc, ResponseBudget budget, Executor executor) {
    this.jsonRpc = jsonRpc;
    this.budget = budget;
    this.executor = executor;
    this.share = budget.share();
  }

  boolean isOpen() {
    return broken.get() == null;
  }

  /** Sends a request; the future is completed by its response. */
  void exchange(long id, String json, CompletableFuture<RpcResponse> response) {
    waiting.put(id, response);
    long heardBefore = messagesReceived.get();
    Futures.onDone(
        response,
        (answer, failure) -> {
          boolean givenUp = waiting.remove(id) != null && failure != null;
          if (givenUp && messagesReceived.get() == heardBefore) {
            abort(ChainException.of(Reason.TIMEOUT, "the connection is silent"));
          }
        });
    ChainException failure = broken.get();
    if (failure != null) {
      response.completeExceptionally(failure);
      return;
    }
    Futures.onDone(
        send(json),
        (sent, sendFailure) -> {
          if (sendFailure != null) {
            abort(TransportErrors.of(sendFailure));
          }
        });
  }

  /** Closes the connection without a farewell and fails its calls. */
  void abort(ChainException failure) {
    if (!broken.compareAndSet(null, failure)) {
      return;
    }
    share.release();
    Futures.onDone(opened, (webSocket, none) -> webSocket.abort());
    for (CompletableFuture<RpcResponse> call : waiting.values()) {
      // Not here: the caller's continuation may be long, and this thread may be the WebSocket's.
      executor.execute(() -> call.completeExceptionally(failure));
    }
  }

  @Override
  public void onOpen(WebSocket webSocket) {
    opened.complete(webSocket);
    webSocket.request(1);
  }

  @Override
  public @Nullable CompletionStage<?> onText(
      WebSocket webSocket, CharSequence piece, boolean last) {
    if (!isOpen()) {
      return null;
    }
    try {
      share.grow(piece.length());
      message.append(piece);
      if (last) {
        receive();
      }
      webSocket.request(1);
    } catch (ChainException e) {
      abort(e);
    }
    return null;
  }

  @Override
  public @Nullable CompletionStage<?> onBinary(
      WebSocket webSocket, ByteBuffer piece, boolean last) {
    abort(ChainException.of(Reason.MALFORMED_RESPONSE, "a binary message"));
    return null;
  }

  @Override
  public @Nullable CompletionStage<?> onClose(WebSocket webSocket, int code, String words) {
    abort(
        ChainException.of(
            Reason.UNREACHABLE, "the node closed the connection, code " + code + " " + words));
    return null;
  }

  @Override
  public void onError(WebSocket webSocket, Throwable failure) {
    abort(TransportErrors.of(failure));
  }

  private void receive() {
    messagesReceived.incrementAndGet();
    RpcResponse response;
    try {
      response = jsonRpc.response(message.toString());
    } finally {
      message.setLength(0);
      if (message.capacity() > KEPT_CHARS) {
        message.trimToSize();
      }
      share.release();
      share = budget.share();
    }
    CompletableFuture<RpcResponse> call = null;
    if (response instanceof RpcResponse.Result result) {
      call = waiting.remove(result.id());
    } else if (response instanceof RpcResponse.Failure failure) {
      if (failure.id() == RpcResponse.NO_ID) {
        throw ChainException.ofRpcError(Reason.RPC_ERROR, failure.code(), failure.words());
      }
      call = waiting.remove(failure.id());
    }
    if (call != null) {
      CompletableFuture<RpcResponse> answered = call;
      executor.execute(() -> answered.complete(response));
    }
  }

  private synchronized CompletableFuture<?> send(String json) {
    CompletableFuture<?> next =
        lastSend.thenCompose(before -> opened).thenCompose(ws -> ws.sendText(json, true));
    lastSend = next;
    return next;
  }
}
