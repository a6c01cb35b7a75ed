package io.tributary.nodekit.http;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.util.AsciiString;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * What scripts of other web sites may do here (the CORS protocol of the Fetch standard).
 *
 * @param allowedHeaders the request headers they may set
 * @param exposedHeaders the response headers they may read
 * @param maxAge how long browsers may remember it
 */
public record CorsPolicy(
    List<String> allowedHeaders, List<String> exposedHeaders, Duration maxAge) {
  private static final AsciiString TIMING_ALLOW_ORIGIN = AsciiString.cached("timing-allow-origin");

  /** Copies the lists. */
  public CorsPolicy {
    allowedHeaders = List.copyOf(allowedHeaders);
    exposedHeaders = List.copyOf(exposedHeaders);
  }

  /** Public content that media players read in ranges. */
  public static CorsPolicy publicContent() {
    return new CorsPolicy(
        List.of("Range", "If-Range", "If-Match", "If-None-Match", "Authorization", "Content-Type"),
        List.of(
            "Accept-Ranges",
            "Content-Length",
            "Content-Range",
            "Content-Disposition",
            "ETag",
            "Retry-After",
            "Server-Timing",
            HttpServer.TRACE_HEADER),
        Duration.ofDays(1));
  }

  /** Returns this policy with more request headers allowed. */
  public CorsPolicy allowing(List<String> more) {
    List<String> all = new ArrayList<>(allowedHeaders);
    all.addAll(more);
    return new CorsPolicy(all, exposedHeaders, maxAge);
  }

  /** Returns what it adds to the answer of a GET, as lines of a head, each with its CR LF. */
  byte[] fieldsOfGet() {
    return (HttpHeaderNames.ACCESS_CONTROL_ALLOW_ORIGIN
            + ": *\r\n"
            + HttpHeaderNames.ACCESS_CONTROL_EXPOSE_HEADERS
            + ": "
            + String.join(", ", exposedHeaders)
            + "\r\n"
            + TIMING_ALLOW_ORIGIN
            + ": *\r\n")
        .getBytes(StandardCharsets.US_ASCII);
  }

  /** Adds its headers to an answer; a preflight is told the methods that the answer allows. */
  void addTo(Request request, Response response) {
    HttpHeaders headers = response.headers();
    headers.set(HttpHeaderNames.ACCESS_CONTROL_ALLOW_ORIGIN, "*");
    headers.set(HttpHeaderNames.ACCESS_CONTROL_EXPOSE_HEADERS, String.join(", ", exposedHeaders));
    headers.set(TIMING_ALLOW_ORIGIN, "*");
    if (request.method().equals("OPTIONS")) {
      headers.set(
          HttpHeaderNames.ACCESS_CONTROL_ALLOW_METHODS,
          headers.get(HttpHeaderNames.ALLOW, "GET, HEAD, OPTIONS"));
      headers.set(HttpHeaderNames.ACCESS_CONTROL_ALLOW_HEADERS, String.join(", ", allowedHeaders));
      headers.set(HttpHeaderNames.ACCESS_CONTROL_MAX_AGE, maxAge.toSeconds());
    }
  }
}
