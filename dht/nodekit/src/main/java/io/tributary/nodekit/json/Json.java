package io.tributary.nodekit.json;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.UncheckedIOException;

/**
 * Writes trees of {@code Map}, {@code List}, {@code String}, {@code Number} and {@code Boolean} as
 * JSON; the order of maps is kept. Thread-safe.
 */
public final class Json {
  private static final ObjectWriter COMPACT = new ObjectMapper().writer();
  private static final ObjectWriter INDENTED =
      new ObjectMapper().writer(SerializationFeature.INDENT_OUTPUT);

  private Json() {}

  /** Returns a tree as one line. */
  public static String line(Object tree) {
    try {
      return COMPACT.writeValueAsString(tree);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException("not a tree of plain values", e);
    }
  }

  /** Returns a tree over many lines, for people. */
  public static String indented(Object tree) {
    try {
      return INDENTED.writeValueAsString(tree);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException("not a tree of plain values", e);
    }
  }

  /** Returns a tree as one line in UTF-8. */
  public static byte[] bytes(Object tree) {
    try {
      return COMPACT.writeValueAsBytes(tree);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException("not a tree of plain values", e);
    }
  }
}
