package io.tributary.origin.dev.rpc;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;

/** One entry of what a caller sent. */
sealed interface RpcRequest {

  /**
   * A call.
   *
   * @param id what the answer is to carry; empty for a notification, which gets no answer
   */
  record Call(Optional<JsonNode> id, String method, RpcParams params) implements RpcRequest {}

  /**
   * Something that is no request.
   *
   * @param id what the answer is to carry, JSON null if that cannot be told
   */
  record Invalid(JsonNode id, RpcError error) implements RpcRequest {}
}
