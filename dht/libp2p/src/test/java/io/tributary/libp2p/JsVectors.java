package io.tributary.libp2p;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.HexFormat;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** What js-libp2p made of addresses, keys and records; {@code src/test/js/vectors.mjs} wrote it. */
public final class JsVectors {
  private static final JsonNode ROOT = read();

  private JsVectors() {}

  private static JsonNode read() {
    try (InputStream in = JsVectors.class.getResourceAsStream("js-vectors.json")) {
      return new ObjectMapper().readTree(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public static JsonNode get(String name) {
    return ROOT.get(name);
  }

  public static Stream<JsonNode> each(String name) {
    return StreamSupport.stream(ROOT.get(name).spliterator(), false);
  }

  public static byte[] bytes(JsonNode node, String field) {
    return HexFormat.of().parseHex(node.get(field).asText());
  }
}
