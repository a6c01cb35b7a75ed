package io.tributary.origin.chain.rpc;

import com.fasterxml.jackson.databind.JsonNode;
import io.tributary.origin.chain.ChainException;
import io.tributary.origin.chain.ChainException.Reason;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * The result of a call, or a part of it, read strictly: whatever is not of the wanted form fails
 * with {@link Reason#MALFORMED_RESPONSE}.
 */
public final class RpcAnswer {
  private static final HexFormat HEX = HexFormat.of();
  private static final int MAX_HEX_NUMBER_CHARS = 2 + 15;

  private final JsonNode json;
  private final String path;

  private RpcAnswer(JsonNode json, String path) {
    this.json = json;
    this.path = path;
  }

  static RpcAnswer of(JsonNode json, String method) {
    return new RpcAnswer(json, method);
  }

  /** Tells whether the answer is JSON's null. */
  public boolean isNull() {
    return json.isNull();
  }

  /** Returns a text. */
  public String text() {
    if (!json.isTextual()) {
      throw malformed("a text");
    }
    return json.textValue();
  }

  /** Returns an integer from 0 to a limit. */
  public long integer(long max) {
    if (!json.canConvertToLong() || !json.isIntegralNumber()) {
      throw malformed("an integer");
    }
    long value = json.longValue();
    if (value < 0 || value > max) {
      throw malformed("an integer from 0 to " + max);
    }
    return value;
  }

  /** Returns an integer that is written as {@code 0x} and at most 15 hexadecimal digits. */
  public long hexInteger() {
    String text = text();
    if (!text.startsWith("0x") || text.length() < 3 || text.length() > MAX_HEX_NUMBER_CHARS) {
      throw malformed("a hexadecimal integer");
    }
    try {
      return HexFormat.fromHexDigitsToLong(text, 2, text.length());
    } catch (NumberFormatException e) {
      throw malformed("a hexadecimal integer");
    }
  }

  /** Returns bytes that are written as {@code 0x} and hexadecimal digits. */
  public byte[] hexBytes() {
    String text = text();
    if (!text.startsWith("0x")) {
      throw malformed("hexadecimal bytes");
    }
    try {
      return HEX.parseHex(text, 2, text.length());
    } catch (IllegalArgumentException e) {
      throw malformed("hexadecimal bytes");
    }
  }

  /** Returns bytes, or nothing if the answer is null. */
  public Optional<byte[]> optionalHexBytes() {
    return isNull() ? Optional.empty() : Optional.of(hexBytes());
  }

  /** Returns a member of an object. */
  public RpcAnswer field(String name) {
    JsonNode member = json.get(name);
    if (member == null) {
      throw malformed("an object with a member " + name);
    }
    return new RpcAnswer(member, path + "." + name);
  }

  /** Returns the elements of an array of at most so many. */
  public List<RpcAnswer> elements(int maxCount) {
    if (!json.isArray() || json.size() > maxCount) {
      throw malformed("an array of at most " + maxCount);
    }
    List<RpcAnswer> elements = new ArrayList<>(json.size());
    for (JsonNode element : json) {
      elements.add(new RpcAnswer(element, path + "[" + elements.size() + "]"));
    }
    return elements;
  }

  /** Describes what is wrong with the answer. */
  public ChainException malformed(String expected) {
    String found =
        json.isTextual()
            ? "a text of " + json.textValue().length() + " characters"
            : json.getNodeType().toString();
    return ChainException.of(
        Reason.MALFORMED_RESPONSE, path + " is not " + expected + " but " + found);
  }
}
