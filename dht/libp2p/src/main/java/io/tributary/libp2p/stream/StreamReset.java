package io.tributary.libp2p.stream;

import java.util.Objects;

/**
 * The abrupt end of a stream.
 *
 * @param reason why it ended
 * @param code the code that went over the wire, 0 to 2^32-1; {@link #NO_CODE} where none was given
 *     or the peer's muxer carries none
 */
public record StreamReset(ResetReason reason, long code) {

  /** The code of a reset that says nothing. */
  public static final long NO_CODE = 0;

  /** The largest code a muxer carries. */
  public static final long MAX_CODE = 0xFFFF_FFFFL;

  public StreamReset {
    Objects.requireNonNull(reason, "reason");
    if (code < 0 || code > MAX_CODE) {
      throw new IllegalArgumentException("code " + code + " is outside 0.." + MAX_CODE);
    }
  }

  /** A reset without a code. */
  public static StreamReset of(ResetReason reason) {
    return new StreamReset(reason, NO_CODE);
  }
}
