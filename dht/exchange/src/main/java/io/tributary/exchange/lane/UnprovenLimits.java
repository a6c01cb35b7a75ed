package io.tributary.exchange.lane;

/**
 * How many bytes a payer pays for that it could not check, since their transfers broke off.
 *
 * @param brokenOffBytes of transfers that the payee broke off or aborted, over the life of a lane
 *     in this process: one fragment
 * @param brokenOffPerMille how many more of a thousand checked bytes
 * @param lostBytes of transfers that ended with their connection, or came too late
 * @param lostPerMille how many more of a thousand checked bytes
 */
public record UnprovenLimits(
    long brokenOffBytes, int brokenOffPerMille, long lostBytes, int lostPerMille) {
  private static final long MIB = 1L << 20;
  private static final int PER_MILLE = 1000;

  /** Checks the ranges. */
  public UnprovenLimits {
    if (brokenOffBytes < 0
        || lostBytes < 0
        || Math.min(brokenOffPerMille, lostPerMille) < 0
        || Math.max(brokenOffPerMille, lostPerMille) > PER_MILLE) {
      throw new IllegalArgumentException("limits of unproven bytes are out of range");
    }
  }

  /** 8 MiB and 8 of 1000 that the payee broke off; 64 MiB and 250 of 1000 lost with connections. */
  public static UnprovenLimits defaults() {
    return new UnprovenLimits(8 * MIB, 8, 64 * MIB, 250);
  }

  long brokenOff(long provenBytes) {
    return brokenOffBytes + provenBytes / PER_MILLE * brokenOffPerMille;
  }

  long lost(long provenBytes) {
    return lostBytes + provenBytes / PER_MILLE * lostPerMille;
  }
}
