package io.tributary.origin.deoss;

import com.fasterxml.jackson.databind.JsonNode;
import io.tributary.origin.upstream.Attempt;
import io.tributary.origin.upstream.Endpoint;
import io.tributary.origin.upstream.Operation;
import io.tributary.origin.upstream.SmallBody;
import io.tributary.origin.upstream.UpstreamReason;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpResponse.ResponseInfo;
import java.util.Optional;
import java.util.function.Function;

/**
 * A read of a JSON value.
 *
 * @param endpoint the gateway
 * @param resource what to ask it for
 * @param reader reads the value; empty if it is not as it must be
 */
record ValueRead<T>(Endpoint endpoint, String resource, Function<JsonNode, Optional<T>> reader)
    implements Operation<T> {
  @Override
  public String name() {
    return "GET " + resource;
  }

  @Override
  public HttpRequest request(Attempt attempt) {
    return HttpRequest.newBuilder(endpoint.resolve(resource)).build();
  }

  @Override
  public BodySubscriber<T> receive(ResponseInfo head, Attempt attempt) {
    return new SmallBody<>(
        attempt,
        body ->
            reader
                .apply(DeossAnswers.value(attempt, head.statusCode(), body))
                .orElseThrow(
                    () ->
                        attempt.failure(
                            UpstreamReason.MALFORMED, "not the answer to " + resource)));
  }
}
