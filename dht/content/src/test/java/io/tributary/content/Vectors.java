package io.tributary.content;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.HexFormat;
import java.util.Objects;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** The known answers under {@code vectors/}. */
public final class Vectors {
  public static final JsonNode IDENTIFIERS = load("cess-identifiers.json");
  public static final JsonNode REED_SOLOMON = load("reed-solomon.json");
  public static final JsonNode ENCRYPTED_FILES = load("encrypted-files.json");

  private Vectors() {}

  private static JsonNode load(String name) {
    try (InputStream in = Vectors.class.getResourceAsStream("/vectors/" + name)) {
      return new ObjectMapper().readTree(Objects.requireNonNull(in, name));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The elements of an array. */
  public static Stream<JsonNode> each(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false);
  }

  public static byte[] hex(JsonNode text) {
    return HexFormat.of().parseHex(text.textValue());
  }

  /** Makes the data that a vector describes by a {@code generator} of any of its kinds. */
  public static byte[] generate(JsonNode generator) {
    if (generator.has("hex")) {
      return hex(generator.get("hex"));
    }
    if (generator.has("zeros")) {
      return new byte[generator.get("zeros").intValue()];
    }
    return Xorshift.bytes(
        Long.parseUnsignedLong(generator.get("xorshift64star_seed").textValue().substring(2), 16),
        generator.get("length").intValue());
  }
}
