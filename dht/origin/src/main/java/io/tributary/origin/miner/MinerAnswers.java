package io.tributary.origin.miner;

import io.tributary.origin.upstream.Attempt;
import io.tributary.origin.upstream.Envelope;
import io.tributary.origin.upstream.UpstreamException;
import io.tributary.origin.upstream.UpstreamReason;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * What a miner means by its codes.
 *
 * <pre>{@code
 * HTTP 403, any body        our signature is wrong
 * HTTP 200, {"code":404,…}  it has no such fragment
 * HTTP 200, {"code":403,…}  it has lost its connection to the chain, or as above
 * HTTP 200, {"code":400,…}  the request is wrong, or the fragment is in no deal it knows
 * HTTP 200, {"code":500,…}  its disk failed
 * }</pre>
 */
final class MinerAnswers {
  private static final String NO_DEAL = "not match fid";

  private MinerAnswers() {}

  /** Returns what an answer with another HTTP status than 200 means. */
  static UpstreamException httpFailure(Attempt attempt, int status, byte[] body) {
    String text = new String(body, StandardCharsets.UTF_8);
    String detail = "HTTP status " + status + " " + UpstreamException.excerpt(text);
    UpstreamReason reason =
        switch (status) {
          case 401, 403 -> UpstreamReason.REFUSED_SIGNATURE;
          case 404, 410 -> UpstreamReason.NOT_FOUND;
          case 408, 425, 429, 503 -> UpstreamReason.BUSY;
          default ->
              status >= 500
                  ? UpstreamReason.SERVER_ERROR
                  : status >= 400 ? UpstreamReason.REFUSED_REQUEST : UpstreamReason.MALFORMED;
        };
    return attempt.failure(reason, status, detail);
  }

  /** Returns what an envelope with another code than 200 means. */
  static UpstreamException envelopeFailure(Attempt attempt, Envelope envelope) {
    String said = envelope.message().toLowerCase(Locale.ROOT);
    UpstreamReason reason =
        switch (envelope.code()) {
          case 403 -> said.contains("rpc") ? UpstreamReason.BUSY : UpstreamReason.REFUSED_SIGNATURE;
          case 404 -> UpstreamReason.NOT_FOUND;
          case 429 -> UpstreamReason.BUSY;
          default ->
              envelope.code() >= 500
                  ? UpstreamReason.SERVER_ERROR
                  : envelope.code() < 400
                      ? UpstreamReason.MALFORMED
                      : said.contains(NO_DEAL)
                          ? UpstreamReason.NOT_DECLARED
                          : UpstreamReason.REFUSED_REQUEST;
        };
    return attempt.failure(
        reason,
        envelope.code(),
        "code " + envelope.code() + " " + UpstreamException.excerpt(envelope.message()));
  }

  /**
   * Reads an envelope that must have code 200.
   *
   * @throws UpstreamException if it has not, or if the bytes are no envelope
   */
  static Envelope good(Attempt attempt, byte[] body) {
    Envelope envelope =
        Envelope.parse(body)
            .orElseThrow(() -> attempt.failure(UpstreamReason.MALFORMED, "no JSON envelope"));
    if (!envelope.isOk()) {
      throw envelopeFailure(attempt, envelope);
    }
    return envelope;
  }
}
