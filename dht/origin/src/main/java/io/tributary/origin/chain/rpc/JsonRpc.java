package io.tributary.origin.chain.rpc;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeType;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tributary.origin.chain.ChainException;
import io.tributary.origin.chain.ChainException.Reason;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;

/**
 * The messages of JSON-RPC 2.0.
 *
 * <pre>{@code
 * request   {"jsonrpc":"2.0","id":7,"method":"state_getStorage","params":["0x26aa…"]}
 * response  {"jsonrpc":"2.0","id":7,"result":…}
 *           {"jsonrpc":"2.0","id":7,"error":{"code":-32601,"message":"…","data":…}}
 * }</pre>
 *
 * <p>The tree of a parsed response can be far larger than its text, so its size is limited by the
 * number of tokens as well as by the bytes.
 */
final class JsonRpc {
  /** The most tokens of a response, which also bounds the nodes of its tree. */
  static final int MAX_TOKENS = 50_000;

  /** The deepest nesting of a response. */
  static final int MAX_DEPTH = 32;

  private static final int MAX_NAME_CHARS = 1_000;
  private static final int MAX_NUMBER_CHARS = 40;

  private final ObjectMapper mapper;

  JsonRpc(int maxResponseBytes) {
    StreamReadConstraints constraints =
        StreamReadConstraints.builder()
            .maxDocumentLength(maxResponseBytes)
            .maxStringLength(maxResponseBytes)
            .maxNameLength(MAX_NAME_CHARS)
            .maxNestingDepth(MAX_DEPTH)
            .maxNumberLength(MAX_NUMBER_CHARS)
            .maxTokenCount(MAX_TOKENS)
            .build();
    JsonFactory factory =
        new JsonFactoryBuilder()
            .streamReadConstraints(constraints)
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .build();
    mapper =
        JsonMapper.builder(factory).enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();
  }

  /**
   * Returns the text of a request.
   *
   * @param params texts, integers, lists of texts, and empty optionals for JSON's null
   */
  String request(long id, String method, List<?> params) {
    ObjectNode request = mapper.createObjectNode();
    request.put("jsonrpc", "2.0").put("id", id).put("method", method);
    ArrayNode array = request.putArray("params");
    params.forEach(param -> add(array, param));
    return request.toString();
  }

  private static void add(ArrayNode array, Object param) {
    if (param instanceof String text) {
      array.add(text);
    } else if (param instanceof Number number) {
      array.add(number.longValue());
    } else if (param instanceof List<?> list) {
      ArrayNode inner = array.addArray();
      list.forEach(element -> add(inner, element));
    } else if (param instanceof Optional<?> optional && optional.isEmpty()) {
      array.addNull();
    } else {
      throw new IllegalArgumentException("a parameter of " + param.getClass());
    }
  }

  /**
   * Reads a response.
   *
   * @throws ChainException {@link Reason#MALFORMED_RESPONSE} if it is none
   */
  RpcResponse response(byte[] json) {
    return response(new ByteArrayInputStream(json));
  }

  /** As {@link #response(byte[])}. */
  RpcResponse response(String json) {
    try {
      return response(mapper.readTree(json));
    } catch (JsonProcessingException e) {
      throw malformed(e);
    }
  }

  private RpcResponse response(InputStream json) {
    try {
      return response(mapper.readTree(json));
    } catch (IOException e) {
      throw malformed(e);
    }
  }

  private static ChainException malformed(IOException e) {
    // Jackson's own message quotes the input; its first line says what is wrong.
    String what =
        e instanceof JsonProcessingException json ? json.getOriginalMessage() : e.toString();
    return ChainException.of(Reason.MALFORMED_RESPONSE, "not JSON: " + what);
  }

  private static RpcResponse response(JsonNode message) {
    if (!message.isObject()) {
      throw malformed("not an object");
    }
    if (!"2.0".equals(message.path("jsonrpc").textValue())) {
      throw malformed("not version 2.0");
    }
    JsonNode id = message.path("id");
    if (id.isMissingNode() && message.has("method")) {
      return new RpcResponse.Notification();
    }
    JsonNode result = message.path("result");
    JsonNode error = message.path("error");
    if (!result.isMissingNode() && (error.isMissingNode() || error.isNull())) {
      return new RpcResponse.Result(id(id), result);
    }
    if (result.isMissingNode() && error.isObject()) {
      // A node that could not even read the id answers with null in its place.
      long asked = id.isNull() ? RpcResponse.NO_ID : id(id);
      return new RpcResponse.Failure(asked, code(error), words(error));
    }
    throw malformed("neither a result nor an error");
  }

  private static long id(JsonNode id) {
    if (!id.isIntegralNumber() || !id.canConvertToLong()) {
      throw malformed("its id is " + id.getNodeType());
    }
    return id.longValue();
  }

  private static int code(JsonNode error) {
    JsonNode code = error.path("code");
    if (!code.isIntegralNumber() || !code.canConvertToInt()) {
      throw malformed("its error code is " + code.getNodeType());
    }
    return code.intValue();
  }

  private static String words(JsonNode error) {
    JsonNode data = error.path("data");
    String message = error.path("message").asText();
    return data.getNodeType() == JsonNodeType.STRING ? message + ": " + data.asText() : message;
  }

  private static ChainException malformed(String what) {
    return ChainException.of(Reason.MALFORMED_RESPONSE, "not a JSON-RPC response: " + what);
  }
}
