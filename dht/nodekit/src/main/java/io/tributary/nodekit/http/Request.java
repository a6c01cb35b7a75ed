package io.tributary.nodekit.http;

import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.QueryStringDecoder;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One request of a client, complete with its content.
 *
 * @param traceId names this exchange in the answer and in logs: 32 hexadecimal characters
 * @param method in upper case, as {@code GET}
 * @param target the request target as the client sent it, with its query
 * @param path the path of the target, its percent-encoding kept
 * @param parameters what the placeholders of the route's template stand for, decoded
 * @param headers the header fields; names are matched without regard to case
 * @param body the content, read-only; empty mostly
 * @param remote the other end of the connection
 * @param isSecure whether it came over TLS
 */
public record Request(
    String traceId,
    String method,
    String target,
    String path,
    Map<String, String> parameters,
    HttpHeaders headers,
    ByteBuffer body,
    InetSocketAddress remote,
    boolean isSecure) {

  /** The most parameters of a query that are read; more are ignored. */
  public static final int MAX_QUERY_PARAMETERS = 64;

  /** Returns a placeholder's value; the route's template must have it. */
  public String parameter(String name) {
    String value = parameters.get(name);
    if (value == null) {
      throw new IllegalArgumentException("the route has no placeholder " + name);
    }
    return value;
  }

  /** Returns a header's first value. */
  public Optional<String> header(CharSequence name) {
    return Optional.ofNullable(headers.get(name));
  }

  /**
   * Returns the first value of a query parameter, decoded.
   *
   * @throws HttpProblem if the query is not properly percent-encoded
   */
  public Optional<String> query(String name) {
    try {
      QueryStringDecoder decoder =
          new QueryStringDecoder(target, StandardCharsets.UTF_8, true, MAX_QUERY_PARAMETERS);
      return decoder.parameters().getOrDefault(name, List.of()).stream().findFirst();
    } catch (IllegalArgumentException e) {
      throw HttpProblem.badRequest("the query of the address is malformed", e);
    }
  }

  /** Whether only the head of the answer is wanted. */
  public boolean isHead() {
    return method.equals("HEAD");
  }

  Request with(Map<String, String> found) {
    return new Request(
        traceId, method, target, path, Map.copyOf(found), headers, body, remote, isSecure);
  }
}
