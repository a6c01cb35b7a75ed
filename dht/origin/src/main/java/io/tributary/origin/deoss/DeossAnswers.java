package io.tributary.origin.deoss;

import com.fasterxml.jackson.databind.JsonNode;
import io.tributary.origin.upstream.Attempt;
import io.tributary.origin.upstream.Envelope;
import io.tributary.origin.upstream.UpstreamException;
import io.tributary.origin.upstream.UpstreamReason;
import java.util.Locale;
import java.util.Optional;

/**
 * What a gateway means by its codes. Newer gateways answer HTTP 200 with an {@link Envelope}; older
 * ones a real status with the bare value.
 *
 * <pre>{@code
 * 404, or 400 "file not found"           it has no such file
 * 403 "server busy", 403 "…rpc…", 429    it is at its limit, or has lost the chain
 * other 4xx                              it does not want to
 * 5xx                                    it failed
 * }</pre>
 */
final class DeossAnswers {
  private static final int HTTP_OK = 200;

  private DeossAnswers() {}

  /** Returns what an answer without content means. */
  static UpstreamException failure(Attempt attempt, int status, byte[] body) {
    Optional<JsonNode> value = Envelope.firstValue(body);
    Optional<Envelope> envelope = value.flatMap(Envelope::of);
    int code = envelope.map(Envelope::code).orElse(status);
    String said =
        envelope
            .map(Envelope::message)
            .or(() -> value.filter(JsonNode::isTextual).map(JsonNode::textValue))
            .orElse("");
    return attempt.failure(
        reason(code, said.toLowerCase(Locale.ROOT)),
        code,
        "code " + code + " " + UpstreamException.excerpt(said));
  }

  /**
   * Reads the value of a good answer, with or without an envelope around it.
   *
   * @throws UpstreamException if the answer is not good
   */
  static JsonNode value(Attempt attempt, int status, byte[] body) {
    if (status != HTTP_OK) {
      throw failure(attempt, status, body);
    }
    JsonNode value =
        Envelope.firstValue(body)
            .orElseThrow(() -> attempt.failure(UpstreamReason.MALFORMED, "no JSON"));
    Optional<Envelope> envelope = Envelope.of(value);
    if (envelope.isEmpty()) {
      return value;
    }
    if (!envelope.get().isOk()) {
      throw failure(attempt, status, body);
    }
    return envelope.get().data();
  }

  private static UpstreamReason reason(int code, String said) {
    if (code >= 500) {
      return UpstreamReason.SERVER_ERROR;
    }
    return switch (code) {
      case 400 ->
          said.contains("not found") ? UpstreamReason.NOT_FOUND : UpstreamReason.REFUSED_REQUEST;
      case 403 ->
          said.contains("busy") || said.contains("rpc")
              ? UpstreamReason.BUSY
              : UpstreamReason.REFUSED_REQUEST;
      case 404, 410 -> UpstreamReason.NOT_FOUND;
      case 408, 425, 429 -> UpstreamReason.BUSY;
      default -> code >= 400 ? UpstreamReason.REFUSED_REQUEST : UpstreamReason.MALFORMED;
    };
  }
}
