package io.tributary.origin.dev.rpc;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * The parameters of one call, by place. A parameter that is missing or null counts as absent.
 *
 * <p>Each method that reads one throws {@link RpcException} with the code {@code INVALID_PARAMS} if
 * it is absent, of another type or out of range.
 */
public final class RpcParams {
  private static final HexFormat HEX = HexFormat.of();

  private final List<JsonNode> values;

  RpcParams(List<JsonNode> values) {
    this.values = List.copyOf(values);
  }

  /** Checks that there are at most this many. */
  public void atMost(int count) throws RpcException {
    if (values.size() > count) {
      throw RpcException.invalidParams(
          "the method takes at most " + count + " parameters, not " + values.size());
    }
  }

  /** Returns a parameter as it is, if it is there. */
  public Optional<JsonNode> find(int place) {
    return place < values.size() && !values.get(place).isNull()
        ? Optional.of(values.get(place))
        : Optional.empty();
  }

  /** Reads a text. */
  public String text(int place, int maxChars) throws RpcException {
    JsonNode value =
        find(place).orElseThrow(() -> RpcException.invalidParams(at(place) + " is missing"));
    if (!value.isTextual() || value.textValue().length() > maxChars) {
      throw RpcException.invalidParams(
          at(place) + " is a text of at most " + maxChars + " characters");
    }
    return value.textValue();
  }

  /** Reads bytes: {@code 0x} and an even number of hexadecimal characters. */
  public byte[] hex(int place, int maxBytes) throws RpcException {
    return parseHex(at(place), text(place, 2 + 2 * maxBytes));
  }

  /** Reads bytes that may be absent. */
  public Optional<byte[]> optionalHex(int place, int maxBytes) throws RpcException {
    return find(place).isEmpty() ? Optional.empty() : Optional.of(hex(place, maxBytes));
  }

  /** Reads a whole number. */
  public int integer(int place, int min, int max) throws RpcException {
    Optional<JsonNode> value = find(place);
    if (value.isEmpty()
        || !value.get().isInt()
        || value.get().intValue() < min
        || value.get().intValue() > max) {
      throw RpcException.invalidParams(at(place) + " is a number, " + min + " to " + max);
    }
    return value.get().intValue();
  }

  private static byte[] parseHex(String what, String text) throws RpcException {
    if (!text.startsWith("0x")) {
      throw RpcException.invalidParams(what + " starts with 0x");
    }
    try {
      return HEX.parseHex(text, 2, text.length());
    } catch (IllegalArgumentException e) {
      throw RpcException.invalidParams(what + " is not hexadecimal");
    }
  }

  private static String at(int place) {
    return "parameter " + place;
  }
}
