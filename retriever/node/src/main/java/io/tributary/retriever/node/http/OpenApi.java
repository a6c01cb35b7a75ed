package io.tributary.retriever.node.http;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.tributary.nodekit.http.Body;
import io.tributary.nodekit.http.Response;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;

/** The description of the API for programs, in the OpenAPI format. */
final class OpenApi {
  private static final byte[] DOCUMENT = read();

  private OpenApi() {}

  static Response response() {
    return Response.of(200, new Body.Bytes(ByteBuffer.wrap(DOCUMENT).asReadOnlyBuffer()))
        .header(HttpHeaderNames.CONTENT_TYPE, "application/json")
        .header(HttpHeaderNames.CACHE_CONTROL, "public, max-age=3600");
  }

  private static byte[] read() {
    try (InputStream in = OpenApi.class.getResourceAsStream("openapi.json")) {
      if (in == null) {
        throw new IllegalStateException("openapi.json is missing");
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
