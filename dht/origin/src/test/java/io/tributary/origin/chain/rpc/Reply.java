package io.tributary.origin.chain.rpc;

import com.fasterxml.jackson.databind.JsonNode;

/** What a test's node does with a request. */
public sealed interface Reply {
  /** Says this, whatever it is. */
  record Raw(String text) implements Reply {}

  /** Says this in another form than text: an HTTP status, or a binary WebSocket message. */
  record Odd(int status) implements Reply {}

  /** Takes the request and never answers. */
  record Stall() implements Reply {}

  /** Breaks the connection, over HTTP in the middle of the body. */
  record HangUp() implements Reply {}

  /** Begins an answer that never ends, as fast as the client takes it. */
  record Endless() implements Reply {}

  /** Begins an answer that never ends, some characters per second. */
  record Drip() implements Reply {}

  /** Answers a request with a result, given as JSON. */
  static Reply result(JsonNode request, String json) {
    return new Raw(
        "{\"jsonrpc\":\"2.0\",\"id\":" + request.get("id") + ",\"result\":" + json + "}");
  }

  /** Answers a request with an error. */
  static Reply error(JsonNode request, int code, String message, String data) {
    return new Raw(
        "{\"jsonrpc\":\"2.0\",\"id\":%s,\"error\":{\"code\":%d,\"message\":\"%s\",\"data\":\"%s\"}}"
            .formatted(request.get("id"), code, message, data));
  }
}
