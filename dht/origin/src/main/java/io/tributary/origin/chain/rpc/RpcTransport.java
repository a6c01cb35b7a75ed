package io.tributary.origin.chain.rpc;

import java.util.concurrent.CompletableFuture;

/** The way to one node. */
interface RpcTransport extends AutoCloseable {
  /**
   * Sends a request and waits for its response.
   *
   * <p>The future fails with {@link io.tributary.origin.chain.ChainException}. Cancelling it, or
   * completing it in any other way, gives the call up.
   *
   * @param id the id of the request
   * @param json the request
   */
  CompletableFuture<RpcResponse> exchange(long id, String json);

  /** Gives up all calls and connections. */
  @Override
  void close();
}
