package io.tributary.origin.miner;

import io.tributary.origin.upstream.Attempt;
import io.tributary.origin.upstream.Endpoint;
import io.tributary.origin.upstream.Operation;
import io.tributary.origin.upstream.SmallBody;
import io.tributary.origin.upstream.UpstreamReason;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpResponse.ResponseInfo;

/** {@code GET /status}. */
record StatusRead(Endpoint endpoint) implements Operation<MinerStatus> {
  private static final int HTTP_OK = 200;

  @Override
  public String name() {
    return "GET /status";
  }

  @Override
  public HttpRequest request(Attempt attempt) {
    return MinerRequests.status(endpoint);
  }

  @Override
  public BodySubscriber<MinerStatus> receive(ResponseInfo head, Attempt attempt) {
    return new SmallBody<>(
        attempt,
        body -> {
          if (head.statusCode() != HTTP_OK) {
            throw MinerAnswers.httpFailure(attempt, head.statusCode(), body);
          }
          return MinerStatus.of(MinerAnswers.good(attempt, body).data())
              .orElseThrow(
                  () -> attempt.failure(UpstreamReason.MALFORMED, "not the status of a miner"));
        });
  }
}
