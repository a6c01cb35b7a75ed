package io.tributary.origin.dev.miner;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * The JSON answer of a CESS storage miner: {@code {"code":200,"msg":"ok","data":null}}.
 *
 * <p>The code is what counts; HTTP says 200 whatever the code is, save for a bad signature.
 *
 * @param code the outcome, after the manner of HTTP's status codes
 * @param message what it is about
 * @param data the answer proper, often null
 */
record Envelope(int code, String message, JsonNode data) {
  static final int OK = 200;
  static final int BAD_REQUEST = 400;
  static final int FORBIDDEN = 403;
  static final int NOT_FOUND = 404;
  static final int BAD_RANGE = 416;
  static final int FAILED = 500;

  static final ObjectMapper JSON = new ObjectMapper();

  static Envelope of(int code, String message) {
    return new Envelope(code, message, NullNode.getInstance());
  }

  static Envelope ok(JsonNode data) {
    return new Envelope(OK, "ok", data);
  }

  byte[] toBytes() {
    ObjectNode json = JSON.createObjectNode().put("code", code).put("msg", message);
    json.set("data", data);
    try {
      return JSON.writeValueAsBytes(json);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree of JSON nodes can be written", e);
    }
  }
}
