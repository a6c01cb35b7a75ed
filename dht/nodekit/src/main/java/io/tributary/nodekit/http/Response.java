package io.tributary.nodekit.http;

import io.netty.handler.codec.http.DefaultHttpHeadersFactory;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.tributary.nodekit.json.Json;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * The answer to one request. Belongs to one exchange; its headers may be added to until it is given
 * to the server. The server itself adds Date, Content-Length, the trace id and what the protocol
 * needs.
 *
 * <p>Not thread-safe.
 *
 * @param status the status code, 200 to 599
 * @param headers the header fields
 * @param body the content; it is not sent in answers to HEAD, but its length is said
 */
public record Response(int status, HttpHeaders headers, Body body) {
  /** Checks the status. */
  public Response {
    if (status < 200 || status > 599) {
      throw new IllegalArgumentException("status " + status + " is outside 200..599");
    }
  }

  /** An answer without content. */
  public static Response of(int status) {
    return of(status, new Body.None());
  }

  /** An answer with content; its type is a header still to be added. */
  public static Response of(int status, Body body) {
    return new Response(status, DefaultHttpHeadersFactory.headersFactory().newHeaders(), body);
  }

  /** An answer in plain text. */
  public static Response text(int status, String text) {
    return of(status, new Body.Bytes(StandardCharsets.UTF_8.encode(text)))
        .header(HttpHeaderNames.CONTENT_TYPE, "text/plain; charset=utf-8");
  }

  /**
   * An answer in JSON.
   *
   * @param tree maps, lists, texts, numbers, truth values; see {@link Json}
   */
  public static Response json(int status, Object tree) {
    return of(status, new Body.Bytes(ByteBuffer.wrap(Json.bytes(tree))))
        .header(HttpHeaderNames.CONTENT_TYPE, "application/json");
  }

  /** An answer in the envelope of CESS's own services: {@code {"code":200,"msg":"…","data":…}}. */
  public static Response enveloped(String message, Object data) {
    return json(200, Map.of("code", 200, "msg", message, "data", data));
  }

  /** Sets a header and returns this. */
  public Response header(CharSequence name, Object value) {
    headers.set(name, value);
    return this;
  }
}
