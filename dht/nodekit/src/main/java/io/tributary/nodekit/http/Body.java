package io.tributary.nodekit.http;

import java.nio.ByteBuffer;

/** The content of a response. */
public sealed interface Body {
  /** The length of a {@link Stream} that is not known beforehand. */
  long UNKNOWN_LENGTH = -1;

  /** No content. */
  record None() implements Body {}

  /**
   * Content that is there already.
   *
   * @param bytes from its position to its limit; must not be changed any more
   */
  record Bytes(ByteBuffer bytes) implements Body {}

  /**
   * Content that is pulled piece by piece.
   *
   * @param source yields the pieces
   * @param lengthBytes how many bytes it yields, or {@link #UNKNOWN_LENGTH}; a source that yields
   *     another number breaks the connection
   */
  record Stream(BodySource source, long lengthBytes) implements Body {
    /** Checks the length. */
    public Stream {
      if (lengthBytes < UNKNOWN_LENGTH) {
        throw new IllegalArgumentException("length " + lengthBytes + " is negative");
      }
    }
  }
}
