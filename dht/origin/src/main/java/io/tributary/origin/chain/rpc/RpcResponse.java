package io.tributary.origin.chain.rpc;

import com.fasterxml.jackson.databind.JsonNode;

/** A message from a node. */
sealed interface RpcResponse {
  /** Stands for the id of a request the node could not read. */
  long NO_ID = -1;

  /** The result of a call. */
  record Result(long id, JsonNode json) implements RpcResponse {}

  /** The node's refusal of a call. */
  record Failure(long id, int code, String words) implements RpcResponse {}

  /** News nobody asked for. */
  record Notification() implements RpcResponse {}
}
