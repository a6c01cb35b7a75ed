package io.tributary.origin.dev.rpc;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tributary.origin.dev.rpc.RpcError.Code;
import io.tributary.origin.dev.runtime.OperatorLog;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;

/**
 * What turns a caller's text into calls of methods and their results into the answer.
 *
 * <p>The calls of a batch run one after the other. Safe for use by many threads if the methods are.
 */
public final class RpcDispatch {
  /** The most bytes of a request: a declaration of the largest file, in hexadecimal, fits twice. */
  public static final int MAX_REQUEST_BYTES = 4 << 20;

  /** The most bytes of an answer, a batch's included. */
  public static final int MAX_RESPONSE_BYTES = 16 << 20;

  private static final ObjectMapper JSON = new ObjectMapper();

  private final RpcParser parser = new RpcParser(MAX_REQUEST_BYTES);
  private final Map<String, RpcMethod> methods;

  /**
   * @param methods by name
   */
  public RpcDispatch(Map<String, RpcMethod> methods) {
    this.methods = Map.copyOf(methods);
  }

  /**
   * Answers a request.
   *
   * @return the answer in UTF-8, or empty if the request holds only notifications
   */
  public Optional<byte[]> answer(byte[] request) {
    RpcParser.Parsed parsed = parser.parse(request);
    if (!parsed.isBatch()) {
      return answer(parsed.requests().get(0), MAX_RESPONSE_BYTES);
    }
    ByteArrayOutputStream batch = new ByteArrayOutputStream();
    for (RpcRequest entry : parsed.requests()) {
      Optional<byte[]> answer = answer(entry, MAX_RESPONSE_BYTES - batch.size());
      if (answer.isPresent()) {
        batch.write(batch.size() == 0 ? '[' : ',');
        batch.writeBytes(answer.get());
      }
    }
    if (batch.size() == 0) {
      return Optional.empty();
    }
    batch.write(']');
    return Optional.of(batch.toByteArray());
  }

  private Optional<byte[]> answer(RpcRequest request, int maxBytes) {
    if (request instanceof RpcRequest.Invalid invalid) {
      return Optional.of(error(invalid.id(), invalid.error()));
    }
    RpcRequest.Call call = (RpcRequest.Call) request;
    ObjectNode answer = JSON.createObjectNode().put("jsonrpc", "2.0");
    try {
      JsonNode result = call(call);
      if (call.id().isEmpty()) {
        return Optional.empty();
      }
      answer.set("result", result);
      answer.set("id", call.id().get());
      byte[] bytes = write(answer);
      return Optional.of(
          bytes.length <= maxBytes
              ? bytes
              : error(
                  call.id().get(),
                  RpcError.of(Code.OVERSIZED_RESPONSE, "the answer is too large; ask for less")));
    } catch (RpcException e) {
      return call.id().map(id -> error(id, e.error()));
    }
  }

  private JsonNode call(RpcRequest.Call call) throws RpcException {
    RpcMethod method = methods.get(call.method());
    if (method == null) {
      throw new RpcException(
          RpcError.of(Code.METHOD_NOT_FOUND, "there is no method " + call.method()));
    }
    try {
      return method.call(call.params());
    } catch (RuntimeException e) {
      OperatorLog.requestFailed("dev chain method " + call.method(), e);
      throw new RpcException(RpcError.of(Code.INTERNAL_ERROR, "the dev chain failed"));
    }
  }

  private static byte[] error(JsonNode id, RpcError error) {
    ObjectNode answer = JSON.createObjectNode().put("jsonrpc", "2.0");
    ObjectNode body = answer.putObject("error");
    body.put("code", error.code()).put("message", error.message());
    error.reason().ifPresent(reason -> body.put("data", reason));
    answer.set("id", id);
    return write(answer);
  }

  private static byte[] write(JsonNode node) {
    try {
      return JSON.writeValueAsString(node).getBytes(StandardCharsets.UTF_8);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree of JSON nodes can be written", e);
    }
  }
}
