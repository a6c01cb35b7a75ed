package io.tributary.origin.chain.rpc;

import io.tributary.origin.chain.ChainException;
import io.tributary.origin.chain.ChainException.Reason;
import io.tributary.origin.chain.RpcEndpoint;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;

/**
 * Calls to one endpoint, so that what belongs together is answered by one node: another may not
 * know the block the first one spoke of.
 */
public final class RpcSession {
  private final RpcClient client;
  private final RpcEndpoint endpoint;

  RpcSession(RpcClient client, RpcEndpoint endpoint) {
    this.client = client;
    this.endpoint = endpoint;
  }

  /**
   * Calls a method.
   *
   * @param params texts, integers, lists of texts, and empty optionals for JSON's null
   */
  public CompletableFuture<RpcAnswer> call(String method, Object... params) {
    return client
        .exchange(endpoint, method, Arrays.asList(params))
        .thenApply(response -> answer(method, response));
  }

  private static RpcAnswer answer(String method, RpcResponse response) {
    if (response instanceof RpcResponse.Result result) {
      return RpcAnswer.of(result.json(), method);
    }
    if (response instanceof RpcResponse.Failure failure) {
      throw ChainException.ofRpcError(
          Reason.RPC_ERROR, failure.code(), method + ": " + failure.words());
    }
    throw ChainException.of(Reason.MALFORMED_RESPONSE, method + ": a notification");
  }
}
