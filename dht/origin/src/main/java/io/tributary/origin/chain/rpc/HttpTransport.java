package io.tributary.origin.chain.rpc;

import io.tributary.origin.chain.ChainException;
import io.tributary.origin.chain.ChainException.Reason;
import io.tributary.origin.chain.RpcEndpoint;
import java.io.ByteArrayOutputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodySubscriber;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/** One HTTP POST per call. */
final class HttpTransport implements RpcTransport {
  private static final int OK = 200;

  private final HttpClient http;
  private final RpcEndpoint endpoint;
  private final JsonRpc jsonRpc;
  private final ResponseBudget budget;

  HttpTransport(HttpClient http, RpcEndpoint endpoint, JsonRpc jsonRpc, ResponseBudget budget) {
    this.http = http;
    this.endpoint = endpoint;
    this.jsonRpc = jsonRpc;
    this.budget = budget;
  }

  @Override
  public CompletableFuture<RpcResponse> exchange(long id, String json) {
    HttpRequest request =
        HttpRequest.newBuilder(endpoint.uri())
            .header("Content-Type", "application/json")
            .header("Accept", "application/json")
            .POST(BodyPublishers.ofString(json))
            .build();
    ResponseBudget.Share share = budget.share();
    CompletableFuture<HttpResponse<RpcResponse>> sent =
        http.sendAsync(request, info -> new Body(info.statusCode(), share));
    CompletableFuture<RpcResponse> response = new CompletableFuture<>();
    Futures.onDone(
        sent,
        (answer, failure) -> {
          share.release();
          if (failure != null) {
            response.completeExceptionally(TransportErrors.of(failure));
          } else {
            response.complete(answer.body());
          }
        });
    // Also when the caller gives up: that closes the connection and frees what was received.
    Futures.onDone(
        response,
        (answer, failure) -> {
          sent.cancel(true);
          share.release();
        });
    return response;
  }

  /** Does nothing: the connections are the HTTP client's, which drops them when they are idle. */
  @Override
  public void close() {}

  /** Collects a body within the limits and parses it; the rest of a refused one is not read. */
  private final class Body implements BodySubscriber<RpcResponse> {
    private final int status;
    private final ResponseBudget.Share share;
    private final CompletableFuture<RpcResponse> parsed = new CompletableFuture<>();
    private final ByteArrayOutputStream received = new ByteArrayOutputStream();
    private Flow.@Nullable Subscription subscription;

    Body(int status, ResponseBudget.Share share) {
      this.status = status;
      this.share = share;
    }

    @Override
    public CompletionStage<RpcResponse> getBody() {
      return parsed;
    }

    @Override
    public void onSubscribe(Flow.Subscription newSubscription) {
      subscription = newSubscription;
      if (status == OK) {
        newSubscription.request(1);
      } else {
        refuse(ChainException.of(Reason.HTTP_STATUS, "status " + status));
      }
    }

    @Override
    public void onNext(List<ByteBuffer> buffers) {
      Flow.Subscription current = subscription;
      if (parsed.isDone() || current == null) {
        return;
      }
      try {
        for (ByteBuffer buffer : buffers) {
          share.grow(buffer.remaining());
          byte[] bytes = new byte[buffer.remaining()];
          buffer.get(bytes);
          received.writeBytes(bytes);
        }
        current.request(1);
      } catch (ChainException e) {
        refuse(e);
      }
    }

    @Override
    public void onError(Throwable failure) {
      parsed.completeExceptionally(failure);
    }

    @Override
    public void onComplete() {
      if (parsed.isDone()) {
        return;
      }
      try {
        parsed.complete(jsonRpc.response(received.toByteArray()));
      } catch (RuntimeException e) {
        parsed.completeExceptionally(e);
      }
    }

    private void refuse(ChainException e) {
      parsed.completeExceptionally(e);
      if (subscription != null) {
        subscription.cancel();
      }
    }
  }
}
