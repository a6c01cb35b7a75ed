package io.tributary.nodekit.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.HttpHeaders;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Several ranges in one answer (RFC 9110, section 14.6):
 *
 * <pre>
 * CRLF --boundary CRLF
 * Content-Type: video/mp4 CRLF
 * Content-Range: bytes 0-99/1234 CRLF CRLF
 * …100 bytes…
 * CRLF --boundary CRLF …
 * CRLF --boundary-- CRLF
 * </pre>
 */
final class MultipartSource implements BodySource {
  private final Representation representation;
  private final List<ByteSpan> spans;
  private final String boundary;
  private int part;
  private boolean atEnd;
  private @Nullable BodySource current;
  private boolean isClosed;

  MultipartSource(Representation representation, List<ByteSpan> spans, String boundary) {
    this.representation = representation;
    this.spans = spans;
    this.boundary = boundary;
  }

  long lengthBytes() {
    long bytes = closing().length;
    for (ByteSpan span : spans) {
      bytes += opening(span).length + span.lengthBytes();
    }
    return bytes;
  }

  @Override
  public CompletionStage<Optional<ByteBuf>> next() {
    BodySource source = current();
    if (source != null) {
      return continued(source);
    }
    if (part < spans.size()) {
      return begun(spans.get(part++));
    }
    if (atEnd) {
      return CompletableFuture.completedFuture(Optional.empty());
    }
    atEnd = true;
    return CompletableFuture.completedFuture(Optional.of(Unpooled.wrappedBuffer(closing())));
  }

  /** A part's head leaves with its first piece: an answer whose first part fails has not begun. */
  private CompletionStage<Optional<ByteBuf>> begun(ByteSpan span) {
    BodySource source = representation.opener().apply(span);
    if (!hold(source)) {
      source.close();
      return CompletableFuture.completedFuture(Optional.empty());
    }
    return source
        .next()
        .thenApply(
            piece -> {
              ByteBuf head = Unpooled.wrappedBuffer(opening(span));
              return Optional.of(piece.map(p -> Unpooled.wrappedBuffer(head, p)).orElse(head));
            });
  }

  private CompletionStage<Optional<ByteBuf>> continued(BodySource source) {
    return source
        .next()
        .thenCompose(
            piece -> {
              if (piece.isPresent()) {
                return CompletableFuture.completedFuture(piece);
              }
              letGo();
              return next();
            });
  }

  @Override
  public void addLateHeaders(HttpHeaders headers) {
    BodySource source = current();
    if (source != null) {
      source.addLateHeaders(headers);
    }
  }

  @Override
  public void close() {
    synchronized (this) {
      isClosed = true;
    }
    letGo();
  }

  private synchronized @Nullable BodySource current() {
    return current;
  }

  private synchronized boolean hold(BodySource source) {
    if (!isClosed) {
      current = source;
    }
    return !isClosed;
  }

  /** Closes the part under way, once, whoever of the server and the last piece comes first. */
  private void letGo() {
    BodySource source;
    synchronized (this) {
      source = current;
      current = null;
    }
    if (source != null) {
      source.close();
    }
  }

  private byte[] opening(ByteSpan span) {
    return ("\r\n--"
            + boundary
            + "\r\nContent-Type: "
            + representation.contentType()
            + "\r\nContent-Range: "
            + span.contentRange(representation.sizeBytes())
            + "\r\n\r\n")
        .getBytes(StandardCharsets.ISO_8859_1);
  }

  private byte[] closing() {
    return ("\r\n--" + boundary + "--\r\n").getBytes(StandardCharsets.ISO_8859_1);
  }
}
