package io.tributary.origin.deoss;

import io.tributary.origin.upstream.Attempt;
import io.tributary.origin.upstream.BodyCheck;
import io.tributary.origin.upstream.BodyRelay;
import io.tributary.origin.upstream.Endpoint;
import io.tributary.origin.upstream.Heads;
import io.tributary.origin.upstream.Operation;
import io.tributary.origin.upstream.RefusedBody;
import io.tributary.origin.upstream.SmallBody;
import io.tributary.origin.upstream.Transfer;
import io.tributary.origin.upstream.UpstreamException;
import io.tributary.origin.upstream.UpstreamReason;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpResponse.ResponseInfo;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Flow;
import java.util.function.Consumer;

/**
 * A read of a file or of a range of it: decides from an answer's head whether its body is content,
 * a reason why there is none, or nothing worth reading.
 *
 * <p>A range is asked for as gateways want it, in the <em>request</em> header {@code Content-Range:
 * bytes=first-last}; the answer is 206 with the usual {@code Content-Range: bytes first-last/size}.
 */
final class FileRead implements Operation<Transfer> {
  private static final int HTTP_OK = 200;
  private static final int HTTP_PARTIAL = 206;
  private static final String CONTENT_RANGE = "Content-Range";

  private final Endpoint gateway;
  private final String resource;
  private final FileSlice slice;
  private final boolean ranged;
  private final Flow.Subscriber<? super ByteBuffer> consumer;
  private volatile boolean begun;

  FileRead(
      Endpoint gateway,
      String resource,
      FileSlice slice,
      boolean ranged,
      Flow.Subscriber<? super ByteBuffer> consumer) {
    this.gateway = gateway;
    this.resource = resource;
    this.slice = slice;
    this.ranged = ranged;
    this.consumer = consumer;
  }

  @Override
  public Endpoint endpoint() {
    return gateway;
  }

  @Override
  public String name() {
    return "GET "
        + resource
        + (ranged ? " bytes " + slice.firstByte() + "-" + slice.lastByte() : "");
  }

  @Override
  public HttpRequest request(Attempt attempt) {
    HttpRequest.Builder request = HttpRequest.newBuilder(gateway.resolve(resource));
    if (ranged) {
      request.header(CONTENT_RANGE, "bytes=" + slice.firstByte() + "-" + slice.lastByte());
    }
    return request.build();
  }

  /** Tells whether the consumer has not been given a subscription yet. */
  @Override
  public boolean isRepeatable() {
    return !begun;
  }

  @Override
  public BodySubscriber<Transfer> receive(ResponseInfo head, Attempt attempt) {
    OptionalLong length = Heads.contentLength(head);
    int status = head.statusCode();
    if (status == (ranged ? HTTP_PARTIAL : HTTP_OK) && isContent(head, length)) {
      return rangeFault(head, attempt)
          .<BodySubscriber<Transfer>>map(fault -> new RefusedBody<>(attempt, fault))
          .orElseGet(() -> content(attempt));
    }
    if (status == HTTP_OK && length.isPresent() && length.getAsLong() == 0) {
      return new RefusedBody<>(attempt, attempt.failure(UpstreamReason.EMPTY_ANSWER, "no bytes"));
    }
    if (length.isPresent() && length.getAsLong() > attempt.smallAnswerBytes()) {
      return new RefusedBody<>(attempt, wrongLength(head, length.getAsLong(), attempt));
    }
    return new SmallBody<>(attempt, body -> unwanted(attempt, status, body));
  }

  /** An answer of the right length is content even if it calls itself JSON: a file may be JSON. */
  private boolean isContent(ResponseInfo head, OptionalLong length) {
    return length.isPresent() ? length.getAsLong() == slice.bytes() : !Heads.isJson(head);
  }

  private Optional<UpstreamException> rangeFault(ResponseInfo head, Attempt attempt) {
    String expected =
        "bytes " + slice.firstByte() + "-" + slice.lastByte() + "/" + slice.manifest().sizeBytes();
    String actual = head.headers().firstValue(CONTENT_RANGE).orElse("");
    return ranged && !actual.equals(expected)
        ? Optional.of(
            attempt.failure(
                UpstreamReason.MALFORMED,
                "Content-Range " + UpstreamException.excerpt(actual) + " for " + expected))
        : Optional.empty();
  }

  private UpstreamException wrongLength(ResponseInfo head, long length, Attempt attempt) {
    if (ranged && head.statusCode() == HTTP_OK) {
      return attempt.failure(UpstreamReason.MALFORMED, "it ignores the range");
    }
    return attempt.failure(
        length > slice.bytes() ? UpstreamReason.TOO_LONG : UpstreamReason.TOO_SHORT,
        "it announces " + length + " bytes, expected " + slice.bytes());
  }

  private Transfer unwanted(Attempt attempt, int status, byte[] body) {
    UpstreamException failure = DeossAnswers.failure(attempt, status, body);
    if (failure.reason() != UpstreamReason.MALFORMED) {
      throw failure;
    }
    if (ranged) {
      throw attempt.failure(UpstreamReason.MALFORMED, status, "it ignores the range");
    }
    throw attempt.failure(
        body.length > slice.bytes() ? UpstreamReason.TOO_LONG : UpstreamReason.TOO_SHORT,
        status,
        body.length + " bytes that are no JSON envelope, expected " + slice.bytes());
  }

  private BodySubscriber<Transfer> content(Attempt attempt) {
    begun = true;
    return new BodyRelay<>(
        attempt, new SliceCheck(attempt), consumer, () -> attempt.transfer(slice.bytes()));
  }

  /** Counts the slice's bytes and lets its verifier see them. */
  private final class SliceCheck implements BodyCheck {
    private final Attempt attempt;
    private final Consumer<ByteBuffer> verifier = slice.verifier().get();
    private long leftBytes = slice.bytes();

    SliceCheck(Attempt attempt) {
      this.attempt = attempt;
    }

    @Override
    public void update(ByteBuffer chunk) {
      leftBytes -= chunk.remaining();
      if (leftBytes < 0) {
        throw attempt.failure(UpstreamReason.TOO_LONG, "more than " + slice.bytes() + " bytes");
      }
      try {
        verifier.accept(chunk);
      } catch (WrongSegmentException wrong) {
        throw attempt.failure(
            UpstreamReason.WRONG_HASH, "segment " + wrong.segment() + " is not the file's");
      }
    }

    @Override
    public void end() {
      if (leftBytes > 0) {
        throw attempt.failure(
            UpstreamReason.TOO_SHORT, leftBytes + " of " + slice.bytes() + " bytes are missing");
      }
    }
  }
}
