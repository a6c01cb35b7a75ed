package io.tributary.origin.dev.rpc;

import com.fasterxml.jackson.databind.JsonNode;

/** What answers the calls of one method; used by many threads. */
public interface RpcMethod {
  /**
   * Answers a call.
   *
   * @return the result, JSON null included
   * @throws RpcException if it fails
   */
  JsonNode call(RpcParams params) throws RpcException;
}
