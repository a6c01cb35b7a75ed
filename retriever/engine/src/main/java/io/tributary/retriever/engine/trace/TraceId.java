package io.tributary.retriever.engine.trace;

import java.util.HexFormat;
import java.util.Optional;

/**
 * The name of a trace: 64 random bits.
 *
 * @param bits the bits
 */
public record TraceId(long bits) {
  /** How many characters its text has. */
  public static final int CHARS = 16;

  /** Reads 16 lower-case hexadecimal characters; empty if the text is anything else. */
  public static Optional<TraceId> parse(String text) {
    if (text.length() != CHARS
        || !text.chars().allMatch(c -> (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'))) {
      return Optional.empty();
    }
    return Optional.of(new TraceId(HexFormat.fromHexDigitsToLong(text)));
  }

  /** Returns 16 lower-case hexadecimal characters. */
  @Override
  public String toString() {
    return HexFormat.of().toHexDigits(bits);
  }
}
