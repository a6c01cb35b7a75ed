package io.tributary.nodekit.http;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Something with fixed bytes that clients read whole or in ranges, and need not read again when
 * they have it: answers conditional and range requests exactly as RFC 9110 sections 13 and 14 say.
 *
 * @param sizeBytes how many bytes it has
 * @param tag its validator
 * @param contentType its media type
 * @param opener opens a stretch of it; not called for HEAD, 304, 412 and 416
 */
public record Representation(
    long sizeBytes, EntityTag tag, String contentType, Function<ByteSpan, BodySource> opener) {

  /** Checks the size. */
  public Representation {
    if (sizeBytes < 0) {
      throw new IllegalArgumentException("size " + sizeBytes + " is negative");
    }
  }

  /**
   * Answers a GET or HEAD request.
   *
   * @param request what is asked
   * @return 200, 206, 304, 412 or 416; the caller adds what else it wants to say, such as
   *     Cache-Control
   */
  public Response answer(Request request) {
    HttpHeaders asked = request.headers();
    Optional<String> ifMatch = all(asked, HttpHeaderNames.IF_MATCH);
    if (ifMatch.isPresent() && !tag.isStronglyNamedBy(ifMatch.get())) {
      throw new HttpProblem(
          412,
          "PRECONDITION_FAILED",
          "the content is not what If-Match names",
          "read the ETag of this address again");
    }
    if (all(asked, HttpHeaderNames.IF_NONE_MATCH).filter(tag::isNamedBy).isPresent()) {
      return described(Response.of(304));
    }
    RangeDemand demand = demand(request);
    if (demand instanceof RangeDemand.Spans some) {
      return some.spans().size() == 1
          ? part(some.spans().get(0))
          : parts(some.spans(), request.traceId());
    }
    return demand instanceof RangeDemand.Unsatisfiable ? unsatisfiable(request) : whole();
  }

  /** Ranges are defined for GET only, and hold only while If-Range does. */
  private RangeDemand demand(Request request) {
    Optional<String> range = request.header(HttpHeaderNames.RANGE);
    boolean applies =
        request.method().equals("GET")
            && request.headers().getAll(HttpHeaderNames.RANGE).size() == 1
            && request.header(HttpHeaderNames.IF_RANGE).map(tag::is).orElse(true);
    return range
        .filter(r -> applies)
        .map(r -> RangeDemand.parse(r, sizeBytes))
        .orElseGet(RangeDemand.Whole::new);
  }

  private Response whole() {
    return described(
        Response.of(200, lazily(ByteSpan.whole(sizeBytes), sizeBytes))
            .header(HttpHeaderNames.CONTENT_TYPE, contentType));
  }

  private Response part(ByteSpan span) {
    return described(
        Response.of(206, lazily(span, span.lengthBytes()))
            .header(HttpHeaderNames.CONTENT_TYPE, contentType)
            .header(HttpHeaderNames.CONTENT_RANGE, span.contentRange(sizeBytes)));
  }

  private Response parts(List<ByteSpan> spans, String boundary) {
    MultipartSource source = new MultipartSource(this, spans, boundary);
    return described(
        Response.of(206, new Body.Stream(source, source.lengthBytes()))
            .header(HttpHeaderNames.CONTENT_TYPE, "multipart/byteranges; boundary=" + boundary));
  }

  private Response unsatisfiable(Request request) {
    return described(
        new HttpProblem(
                416,
                "RANGE_NOT_SATISFIABLE",
                "the content has " + sizeBytes + " bytes, none of them in the range asked for",
                "ask for a range within 0.." + Math.max(0, sizeBytes - 1))
            .toResponse(request.traceId())
            .header(HttpHeaderNames.CONTENT_RANGE, "bytes */" + sizeBytes));
  }

  private Response described(Response response) {
    return response
        .header(HttpHeaderNames.ETAG, tag.toString())
        .header(HttpHeaderNames.ACCEPT_RANGES, HttpHeaderValues.BYTES);
  }

  private Body lazily(ByteSpan span, long lengthBytes) {
    return new Body.Stream(new LazySource(() -> opener.apply(span)), lengthBytes);
  }

  /** Joins the lines of a list header. */
  private static Optional<String> all(HttpHeaders headers, CharSequence name) {
    List<String> lines = headers.getAll(name);
    return lines.isEmpty() ? Optional.empty() : Optional.of(String.join(",", lines));
  }
}
