package io.tributary.origin.miner;

import io.tributary.origin.upstream.Attempt;
import io.tributary.origin.upstream.Endpoint;
import io.tributary.origin.upstream.Operation;
import io.tributary.origin.upstream.SmallBody;
import io.tributary.origin.upstream.Transfer;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpResponse.ResponseInfo;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * {@code PUT /fragment}: sends a fragment, or only its name if it is the fragment of zeros, which
 * the miner makes itself. Storing twice does no harm, so it may be tried again.
 */
final class FragmentWrite implements Operation<Transfer> {
  private static final int HTTP_OK = 200;

  private final MinerRequests requests;
  private final FragmentSource target;
  private final Optional<ByteBuffer> bytes;
  private final RandomGenerator random;

  FragmentWrite(
      MinerRequests requests,
      FragmentSource target,
      Optional<ByteBuffer> bytes,
      RandomGenerator random) {
    this.requests = requests;
    this.target = target;
    this.bytes = bytes;
    this.random = random;
  }

  @Override
  public Endpoint endpoint() {
    return target.endpoint();
  }

  @Override
  public String name() {
    return "PUT /fragment " + target.fragment();
  }

  @Override
  public HttpRequest request(Attempt attempt) {
    HttpRequest.Builder request = requests.fragment(target);
    if (bytes.isEmpty()) {
      return request.PUT(HttpRequest.BodyPublishers.noBody()).build();
    }
    FragmentUpload upload =
        new FragmentUpload(target.fragment().toHex(), bytes.get(), newBoundary());
    // A miner that refuses says so before 8 MiB are sent, and we can read what it says.
    return request
        .header("Content-Type", upload.contentType())
        .expectContinue(true)
        .PUT(upload.body(attempt))
        .build();
  }

  @Override
  public BodySubscriber<Transfer> receive(ResponseInfo head, Attempt attempt) {
    return new SmallBody<>(
        attempt,
        body -> {
          if (head.statusCode() != HTTP_OK) {
            throw MinerAnswers.httpFailure(attempt, head.statusCode(), body);
          }
          MinerAnswers.good(attempt, body);
          return attempt.transfer(bytes.map(ByteBuffer::remaining).orElse(0));
        });
  }

  private String newBoundary() {
    return String.format("fragment-%016x%016x", random.nextLong(), random.nextLong());
  }
}
