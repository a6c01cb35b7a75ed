package io.tributary.origin.upstream;

import java.time.Duration;

/**
 * What a finished call moved and how long it took; food for scoring servers.
 *
 * @param bytes the bytes of content that were moved, without headers and framing
 * @param attempts how often it was tried; 0 if nothing had to be sent
 * @param toFirstByte from the start of the last attempt to the first byte of its answer's body
 * @param total from the start of the last attempt to its end
 */
public record Transfer(long bytes, int attempts, Duration toFirstByte, Duration total) {
  /** Returns what a call reports that needed no server. */
  public static Transfer none(long bytes) {
    return new Transfer(bytes, 0, Duration.ZERO, Duration.ZERO);
  }
}
