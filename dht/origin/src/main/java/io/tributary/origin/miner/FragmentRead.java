package io.tributary.origin.miner;

import io.tributary.content.Layout;
import io.tributary.origin.upstream.Attempt;
import io.tributary.origin.upstream.BodyRelay;
import io.tributary.origin.upstream.Endpoint;
import io.tributary.origin.upstream.Envelope;
import io.tributary.origin.upstream.Heads;
import io.tributary.origin.upstream.Operation;
import io.tributary.origin.upstream.RefusedBody;
import io.tributary.origin.upstream.SmallBody;
import io.tributary.origin.upstream.Transfer;
import io.tributary.origin.upstream.UpstreamReason;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpResponse.ResponseInfo;
import java.nio.ByteBuffer;
import java.util.OptionalLong;
import java.util.concurrent.Flow;

/**
 * {@code GET /fragment}: decides from an answer's head whether its body is the fragment, an
 * envelope that says why not, or nothing worth reading.
 */
abstract class FragmentRead implements Operation<Transfer> {
  private static final int HTTP_OK = 200;

  private final MinerRequests requests;
  private final FragmentSource source;

  FragmentRead(MinerRequests requests, FragmentSource source) {
    this.requests = requests;
    this.source = source;
  }

  /** Returns who gets the bytes of an attempt's fragment. */
  abstract Flow.Subscriber<? super ByteBuffer> consumer();

  @Override
  public Endpoint endpoint() {
    return source.endpoint();
  }

  @Override
  public String name() {
    return "GET /fragment " + source.fragment();
  }

  @Override
  public HttpRequest request(Attempt attempt) {
    return requests.fragment(source).GET().build();
  }

  @Override
  public BodySubscriber<Transfer> receive(ResponseInfo head, Attempt attempt) {
    if (head.statusCode() != HTTP_OK) {
      return new SmallBody<>(
          attempt,
          body -> {
            throw MinerAnswers.httpFailure(attempt, head.statusCode(), body);
          });
    }
    OptionalLong length = Heads.contentLength(head);
    if (length.isEmpty()) {
      return Heads.isJson(head) ? envelope(attempt) : fragment(attempt);
    }
    long bytes = length.getAsLong();
    if (bytes == Layout.FRAGMENT_BYTES) {
      return fragment(attempt);
    }
    if (bytes > Layout.FRAGMENT_BYTES) {
      return new RefusedBody<>(
          attempt, attempt.failure(UpstreamReason.TOO_LONG, "it announces " + bytes + " bytes"));
    }
    return bytes <= attempt.smallAnswerBytes()
        ? envelope(attempt)
        : new RefusedBody<>(
            attempt, attempt.failure(UpstreamReason.TOO_SHORT, "it announces " + bytes + " bytes"));
  }

  private BodySubscriber<Transfer> fragment(Attempt attempt) {
    return new BodyRelay<>(
        attempt,
        new FragmentCheck(attempt, source.fragment()),
        consumer(),
        () -> attempt.transfer(Layout.FRAGMENT_BYTES));
  }

  private static BodySubscriber<Transfer> envelope(Attempt attempt) {
    return new SmallBody<>(
        attempt,
        body -> {
          throw Envelope.parse(body)
              .map(said -> MinerAnswers.envelopeFailure(attempt, said))
              .orElseGet(
                  () ->
                      attempt.failure(
                          UpstreamReason.TOO_SHORT,
                          body.length + " bytes that are no JSON envelope either"));
        });
  }
}
