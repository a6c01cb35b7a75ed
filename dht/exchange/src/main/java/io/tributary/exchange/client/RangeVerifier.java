package io.tributary.exchange.client;

import java.nio.ByteBuffer;

/** Checks the bytes of a range, which no hash names. Confined to the fetch's event loop. */
public interface RangeVerifier {

  /** Takes the next bytes; they are valid only until it returns. */
  void update(ByteBuffer bytes);

  /** Whether all bytes were right; asked once, after the last. */
  boolean isRight();
}
