package io.tributary.cacher.node.http;

import io.tributary.cacher.node.catalog.Listing;
import io.tributary.exchange.Status;
import io.tributary.exchange.server.FragmentSource.Answer;
import io.tributary.nodekit.http.HttpProblem;
import java.time.Duration;
import java.util.Optional;

/** What clients are told by HTTP when there are no bytes; the codes are the exchange's names. */
final class Problems {
  private static final Duration CHAIN_RETRY = Duration.ofSeconds(2);

  private Problems() {}

  static HttpProblem of(Listing listing) {
    return listing instanceof Listing.Unlisted
        ? problem(Status.NOT_FOUND, Duration.ofSeconds(6))
        : problem(Status.ORIGIN_FAILED, CHAIN_RETRY);
  }

  static HttpProblem of(Answer.Missing missing) {
    return problem(missing.status(), missing.retryAfter());
  }

  /** The source of a fragment that was being passed on turned out wrong. */
  static HttpProblem aborted() {
    return problem(Status.ORIGIN_FAILED, Duration.ofSeconds(1));
  }

  static HttpProblem spent() {
    return new HttpProblem(
        403, "TOKEN_SPENT", "the token's bytes have been read", "get another token");
  }

  private static HttpProblem problem(Status status, Duration retryAfter) {
    Optional<Duration> again = retryAfter.isZero() ? Optional.empty() : Optional.of(retryAfter);
    return switch (status) {
      case NOT_FOUND, NOT_IN_FILE ->
          new HttpProblem(
              404, status.name(), "there is no such fragment", "check the fid", again, null);
      case FORBIDDEN ->
          new HttpProblem(403, status.name(), "this node does not serve it", "ask another node");
      case BUSY, UNAVAILABLE ->
          new HttpProblem(
              503, status.name(), "this node has no time now", "ask again later", again, null);
      case ORIGIN_FAILED, TIMED_OUT ->
          new HttpProblem(
              502,
              status.name(),
              "whoever keeps the fragment, or the chain, failed",
              "ask again later, or another node",
              again,
              null);
      default -> new HttpProblem(500, status.name(), "this node failed", "tell its operator");
    };
  }
}
