package io.tributary.origin.upstream;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.Optional;

/**
 * The JSON object in which CESS's servers answer anything but content: {@code
 * {"code":200,"msg":"ok","data":…}}.
 *
 * <p>The code means what an HTTP status means, and most often comes under HTTP status 200.
 *
 * @param code the real status
 * @param message what the server says about it, or the empty text; a stranger's words
 * @param data what was asked for; a JSON null if nothing
 */
public record Envelope(int code, String message, JsonNode data) {
  /** The status of a good answer. */
  public static final int OK = 200;

  private static final int MAX_DEPTH = 16;
  private static final int MAX_NUMBER_CHARS = 32;

  private static final ObjectMapper JSON =
      new ObjectMapper(
          JsonFactory.builder()
              .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
              .streamReadConstraints(
                  StreamReadConstraints.builder()
                      .maxNestingDepth(MAX_DEPTH)
                      .maxNumberLength(MAX_NUMBER_CHARS)
                      .build())
              .build());

  /**
   * Reads an envelope.
   *
   * @return the envelope, or empty if the bytes are no JSON object with a whole number {@code code}
   */
  public static Optional<Envelope> parse(byte[] bytes) {
    return firstValue(bytes).flatMap(Envelope::of);
  }

  /**
   * Reads the first JSON value of an answer. What follows it is ignored: DeOSS answers some
   * requests with two values, one after the other, and means the first.
   *
   * @return the value, or empty if the bytes do not start with JSON or exceed a limit
   */
  public static Optional<JsonNode> firstValue(byte[] bytes) {
    try (JsonParser parser = JSON.createParser(bytes)) {
      return Optional.ofNullable(JSON.readTree(parser));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** Tells whether the code is that of a good answer. */
  public boolean isOk() {
    return code == OK;
  }

  /** Reads an envelope from JSON; empty if it is none. */
  public static Optional<Envelope> of(JsonNode value) {
    JsonNode code = value.path("code");
    JsonNode message = value.path("msg");
    if (!value.isObject() || !code.isInt() || !(message.isTextual() || isAbsent(message))) {
      return Optional.empty();
    }
    return Optional.of(new Envelope(code.intValue(), message.asText(""), value.path("data")));
  }

  private static boolean isAbsent(JsonNode node) {
    return node.isMissingNode() || node.isNull();
  }
}
