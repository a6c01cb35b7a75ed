package io.tributary.exchange.server;

import java.time.Duration;

/**
 * The limits of a server.
 *
 * @param maxDeliveries requests open over all peers; more are answered {@code BUSY}
 * @param maxDeliveriesPerPeer requests open of one peer; more are answered {@code BUSY}
 * @param maxBulkPerPeer deliveries of one peer, other than short ones, that send at a time; more
 *     wait in the order they came
 * @param shortRangeBytes ranges up to this have priority
 * @param quantumBytes how many bytes a delivery sends in one turn before others get theirs
 * @param maxQuestions questions for held fragments open over all peers; more are answered {@code
 *     BUSY}
 * @param maxPayers payers with lanes here
 * @param maxLanesPerPayer lanes of one payer
 * @param maxStreamsPerLane connections on which one lane is open
 * @param openTimeout how long a peer may take to say what it wants on a stream
 * @param linger how long after a delivery's deadline its last bytes may take
 * @param tick how often lanes are looked at: for late vouchers and changed escrow
 * @param laneIdle after how long a lane that nobody has open and nobody owes on is forgotten
 * @param retryAfter what is told with {@code BUSY}
 */
public record ServerSettings(
    int maxDeliveries,
    int maxDeliveriesPerPeer,
    int maxBulkPerPeer,
    int shortRangeBytes,
    int quantumBytes,
    int maxQuestions,
    int maxPayers,
    int maxLanesPerPayer,
    int maxStreamsPerLane,
    Duration openTimeout,
    Duration linger,
    Duration tick,
    Duration laneIdle,
    Duration retryAfter) {

  /** Checks that all are positive. */
  public ServerSettings {
    require(maxDeliveries, "maxDeliveries");
    require(maxDeliveriesPerPeer, "maxDeliveriesPerPeer");
    require(maxBulkPerPeer, "maxBulkPerPeer");
    require(shortRangeBytes, "shortRangeBytes");
    require(quantumBytes, "quantumBytes");
    require(maxQuestions, "maxQuestions");
    require(maxPayers, "maxPayers");
    require(maxLanesPerPayer, "maxLanesPerPayer");
    require(maxStreamsPerLane, "maxStreamsPerLane");
    require(openTimeout.toMillis(), "openTimeout");
    require(linger.toMillis(), "linger");
    require(tick.toMillis(), "tick");
    require(laneIdle.toMillis(), "laneIdle");
    require(retryAfter.toMillis(), "retryAfter");
  }

  /**
   * 8192 deliveries, 512 of a peer, 32 of them bulk at a time; short up to 256 KiB; turns of 256
   * KiB; 256 questions; 16384 payers with 64 lanes each on 8 connections; 10 s to ask, 10 s to
   * linger, a look every second, lanes idle for 10 minutes; try again after 500 ms.
   */
  public static ServerSettings defaults() {
    return new ServerSettings(
        8192,
        512,
        32,
        256 << 10,
        256 << 10,
        256,
        16_384,
        64,
        8,
        Duration.ofSeconds(10),
        Duration.ofSeconds(10),
        Duration.ofSeconds(1),
        Duration.ofMinutes(10),
        Duration.ofMillis(500));
  }

  /** The same with another interval between looks at lanes. */
  public ServerSettings withTick(Duration other) {
    return new ServerSettings(
        maxDeliveries,
        maxDeliveriesPerPeer,
        maxBulkPerPeer,
        shortRangeBytes,
        quantumBytes,
        maxQuestions,
        maxPayers,
        maxLanesPerPayer,
        maxStreamsPerLane,
        openTimeout,
        linger,
        other,
        laneIdle,
        retryAfter);
  }

  private static void require(long value, String name) {
    if (value <= 0) {
      throw new IllegalArgumentException(name + " " + value + " is not positive");
    }
  }
}
