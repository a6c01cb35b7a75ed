package io.tributary.exchange.client;

import java.time.Duration;

/**
 * The limits of a client.
 *
 * @param maxFetches fetches under way; more fail with {@code TOO_MANY_FETCHES}
 * @param maxWaitingPerLane fetches that wait until more may be asked for on one lane
 * @param shortRangeBytes ranges up to this begin before larger ones that wait for the same lane
 * @param maxPayees lanes of this process; one that is idle makes room
 * @param openTimeout how long the opening of a lane may take
 * @param reopenDelay how long after the end of its stream a lane that is needed is opened again
 * @param drain how long what a peer has sent may still come after a fetch was cancelled
 * @param flushAfter after how much time received bytes are paid for even if they are less than a
 *     step
 * @param resendAfter how long a voucher may stay unacknowledged before it is sent again
 * @param voucherLife how long vouchers can be redeemed
 */
public record ClientSettings(
    int maxFetches,
    int maxWaitingPerLane,
    int shortRangeBytes,
    int maxPayees,
    Duration openTimeout,
    Duration reopenDelay,
    Duration drain,
    Duration flushAfter,
    Duration resendAfter,
    Duration voucherLife) {

  /** Checks that all are positive. */
  public ClientSettings {
    require(maxFetches, "maxFetches");
    require(maxWaitingPerLane, "maxWaitingPerLane");
    require(shortRangeBytes, "shortRangeBytes");
    require(maxPayees, "maxPayees");
    require(openTimeout.toMillis(), "openTimeout");
    require(reopenDelay.toMillis(), "reopenDelay");
    require(drain.toMillis(), "drain");
    require(flushAfter.toMillis(), "flushAfter");
    require(resendAfter.toMillis(), "resendAfter");
    require(voucherLife.toMillis(), "voucherLife");
  }

  /**
   * 4096 fetches, 1024 waiting for a lane, short up to 256 KiB, 4096 lanes; 10 s to open one, 100
   * ms to open it again; 5 s to drain; paid after 100 ms, sent again after 2 s; vouchers live for
   * 60 days.
   */
  public static ClientSettings defaults() {
    return new ClientSettings(
        4096,
        1024,
        256 << 10,
        4096,
        Duration.ofSeconds(10),
        Duration.ofMillis(100),
        Duration.ofSeconds(5),
        Duration.ofMillis(100),
        Duration.ofSeconds(2),
        Duration.ofDays(60));
  }

  private static void require(long value, String name) {
    if (value <= 0) {
      throw new IllegalArgumentException(name + " " + value + " is not positive");
    }
  }
}
