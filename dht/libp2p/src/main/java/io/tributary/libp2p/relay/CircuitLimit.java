package io.tributary.libp2p.relay;

import java.time.Duration;

/**
 * How much of a relay one circuit may use; zero stands for no limit.
 *
 * @param duration how long it may last, in whole seconds when it is told
 * @param dataBytes how many bytes it may carry in each direction
 */
public record CircuitLimit(Duration duration, long dataBytes) {

  /** Two minutes and 128 KiB, enough to agree on a direct connection. */
  public static final CircuitLimit DEFAULT = new CircuitLimit(Duration.ofMinutes(2), 128 << 10);

  /** No limit that the relay tells of. */
  public static final CircuitLimit NONE = new CircuitLimit(Duration.ZERO, 0);

  public CircuitLimit {
    if (duration.isNegative() || duration.toSeconds() > 0xFFFF_FFFFL) {
      throw new IllegalArgumentException("duration " + duration + " is outside 0..2^32 s");
    }
    if (dataBytes < 0) {
      throw new IllegalArgumentException("dataBytes " + dataBytes + " is negative");
    }
  }
}
