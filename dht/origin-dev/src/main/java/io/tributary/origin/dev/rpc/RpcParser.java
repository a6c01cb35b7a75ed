package io.tributary.origin.dev.rpc;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.NullNode;
import io.tributary.origin.dev.rpc.RpcError.Code;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Reads JSON-RPC 2.0 requests strictly.
 *
 * <pre>{@code
 * {"jsonrpc":"2.0","id":1,"method":"...","params":[...]}      id: text, whole number or null
 * [ request, ... ]                                            1 to MAX_BATCH of them
 * }</pre>
 *
 * <p>Refused are duplicate and unknown fields, named parameters, bytes after the value, text that
 * is not UTF-8, and whatever is deeper or longer than the named limits.
 */
final class RpcParser {
  /** The most calls of a batch. */
  static final int MAX_BATCH = 64;

  /** The most parameters of a call. */
  static final int MAX_PARAMS = 16;

  /** The most characters of an id that is a text. */
  static final int MAX_ID_CHARS = 128;

  /** The most characters of a method's name. */
  static final int MAX_METHOD_CHARS = 64;

  private static final int MAX_DEPTH = 8;
  private static final int MAX_NUMBER_CHARS = 20;
  private static final int MAX_NAME_CHARS = 64;
  private static final Set<String> FIELDS = Set.of("jsonrpc", "id", "method", "params");

  private final JsonMapper json;

  /**
   * @param maxRequestBytes the longest text in a request, which is the request's own limit
   */
  RpcParser(int maxRequestBytes) {
    this.json =
        JsonMapper.builder(
                JsonFactory.builder()
                    .streamReadConstraints(
                        StreamReadConstraints.builder()
                            .maxNestingDepth(MAX_DEPTH)
                            .maxNumberLength(MAX_NUMBER_CHARS)
                            .maxNameLength(MAX_NAME_CHARS)
                            .maxStringLength(maxRequestBytes)
                            .build())
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
                    .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
                    .build())
            .disable(JsonParser.Feature.INCLUDE_SOURCE_IN_LOCATION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();
  }

  /**
   * What was read.
   *
   * @param requests in the order sent; one at least
   * @param isBatch whether they came as a batch and are to be answered as one
   */
  record Parsed(List<RpcRequest> requests, boolean isBatch) {}

  Parsed parse(byte[] bytes) {
    JsonNode root;
    try {
      // Jackson alone would also guess at UTF-16 and UTF-32.
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
      root = json.readTree(text);
    } catch (CharacterCodingException e) {
      return single(Code.PARSE_ERROR, "the request is not UTF-8");
    } catch (JsonProcessingException e) {
      return single(Code.PARSE_ERROR, "the request is not JSON: " + e.getOriginalMessage());
    }
    if (root.isMissingNode()) {
      return single(Code.PARSE_ERROR, "the request is empty");
    }
    if (!root.isArray()) {
      return new Parsed(List.of(request(root)), false);
    }
    if (root.isEmpty()) {
      return single(Code.INVALID_REQUEST, "the batch is empty");
    }
    if (root.size() > MAX_BATCH) {
      return single(
          Code.OVERSIZED_BATCH,
          "a batch has at most " + MAX_BATCH + " calls, this has " + root.size());
    }
    List<RpcRequest> requests = new ArrayList<>(root.size());
    root.forEach(entry -> requests.add(request(entry)));
    return new Parsed(List.copyOf(requests), true);
  }

  private static RpcRequest request(JsonNode node) {
    if (!node.isObject()) {
      return invalid(NullNode.getInstance(), "a request is a JSON object");
    }
    boolean hasId = node.has("id");
    JsonNode id = node.path("id");
    if (hasId && !isId(id)) {
      return invalid(NullNode.getInstance(), "an id is a short text, a whole number or null");
    }
    JsonNode answerId = hasId ? id : NullNode.getInstance();
    for (var fields = node.fieldNames(); fields.hasNext(); ) {
      if (!FIELDS.contains(fields.next())) {
        return invalid(answerId, "a request has the fields " + FIELDS + " and no others");
      }
    }
    if (!node.path("jsonrpc").asText("").equals("2.0") || !node.path("jsonrpc").isTextual()) {
      return invalid(answerId, "jsonrpc is \"2.0\"");
    }
    JsonNode method = node.path("method");
    if (!method.isTextual() || method.textValue().length() > MAX_METHOD_CHARS) {
      return invalid(answerId, "method is a text of at most " + MAX_METHOD_CHARS + " characters");
    }
    JsonNode params = node.path("params");
    if (!params.isMissingNode() && !params.isArray()) {
      return new RpcRequest.Invalid(
          answerId, RpcError.of(Code.INVALID_PARAMS, "params are given by place, in an array"));
    }
    if (params.size() > MAX_PARAMS) {
      return new RpcRequest.Invalid(
          answerId,
          RpcError.of(Code.INVALID_PARAMS, "a call has at most " + MAX_PARAMS + " parameters"));
    }
    List<JsonNode> values = new ArrayList<>(params.size());
    params.forEach(values::add);
    return new RpcRequest.Call(
        hasId ? Optional.of(id) : Optional.empty(), method.textValue(), new RpcParams(values));
  }

  private static boolean isId(JsonNode id) {
    return id.isNull()
        || id.isIntegralNumber()
        || (id.isTextual() && id.textValue().length() <= MAX_ID_CHARS);
  }

  private static RpcRequest invalid(JsonNode id, String message) {
    return new RpcRequest.Invalid(id, RpcError.of(Code.INVALID_REQUEST, message));
  }

  private static Parsed single(Code code, String message) {
    return new Parsed(
        List.of(new RpcRequest.Invalid(NullNode.getInstance(), RpcError.of(code, message))), false);
  }
}
