package io.tributary.ledger.credit;

import java.time.Duration;

/**
 * How much credit a payee gives, and a payer takes.
 *
 * @param minWindowBytes the window a lane begins with and falls back to
 * @param maxWindowBytes the window it may grow to
 * @param minStepBytes the least number of bytes one voucher pays for, but at the end of a transfer
 * @param lateAfter how long after a step has been sent its voucher counts as late
 * @param stoppedAfter how long after that the payer counts as one that stopped paying
 * @param exposurePerPayerBytes the most bytes one payer may owe over all its lanes
 * @param freeBytesPerLane bytes given away at the beginning of a lane, before any escrow is seen
 * @param forgivenPerMille how many of a thousand paid bytes may have been sent and lost on the way,
 *     in transfers that broke off, without counting against the window
 * @param unverifiedBytes the most received bytes a payer pays for before it has checked their hash:
 *     one fragment
 * @param minVoucherLife how long a voucher must stay redeemable from the moment it arrives
 */
public record CreditTerms(
    long minWindowBytes,
    long maxWindowBytes,
    long minStepBytes,
    Duration lateAfter,
    Duration stoppedAfter,
    long exposurePerPayerBytes,
    long freeBytesPerLane,
    int forgivenPerMille,
    long unverifiedBytes,
    Duration minVoucherLife) {

  private static final long KIB = 1L << 10;
  private static final long MIB = 1L << 20;
  private static final int STEPS_PER_WINDOW = 4;

  /** Checks that the numbers fit each other. */
  public CreditTerms {
    require(minStepBytes > 0, "minStepBytes", minStepBytes);
    require(minWindowBytes >= minStepBytes, "minWindowBytes", minWindowBytes);
    require(maxWindowBytes >= minWindowBytes, "maxWindowBytes", maxWindowBytes);
    require(!lateAfter.isNegative() && !lateAfter.isZero(), "lateAfter", lateAfter);
    require(stoppedAfter.compareTo(lateAfter) > 0, "stoppedAfter", stoppedAfter);
    require(
        exposurePerPayerBytes >= minWindowBytes, "exposurePerPayerBytes", exposurePerPayerBytes);
    require(freeBytesPerLane >= 0, "freeBytesPerLane", freeBytesPerLane);
    require(forgivenPerMille >= 0 && forgivenPerMille < 1000, "forgivenPerMille", forgivenPerMille);
    require(unverifiedBytes >= minStepBytes, "unverifiedBytes", unverifiedBytes);
    require(!minVoucherLife.isNegative(), "minVoucherLife", minVoucherLife);
  }

  /**
   * Windows from 1 to 16 MiB, steps of 256 KiB or more; late after 5 s, stopped after 60 s; 64 MiB
   * per payer; nothing free; 8 of 1000 forgiven; 8 MiB unverified; vouchers that live for 37 days.
   */
  public static CreditTerms defaults() {
    return new CreditTerms(
        MIB,
        16 * MIB,
        256 * KIB,
        Duration.ofSeconds(5),
        Duration.ofSeconds(60),
        64 * MIB,
        0,
        8,
        8 * MIB,
        Duration.ofDays(37));
  }

  /** The bytes one voucher pays for while a window is open: a quarter of it, or the least step. */
  public long stepBytes(long windowBytes) {
    return Math.max(minStepBytes, windowBytes / STEPS_PER_WINDOW);
  }

  private static void require(boolean holds, String name, Object value) {
    if (!holds) {
      throw new IllegalArgumentException(name + " " + value + " is out of range");
    }
  }
}
