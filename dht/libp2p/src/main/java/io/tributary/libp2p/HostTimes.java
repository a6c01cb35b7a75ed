package io.tributary.libp2p;

import java.time.Duration;

/**
 * Deadlines and delays of a host. Handshakes and muxers have their own.
 *
 * @param upgradeNegotiation how long each negotiation of a connection's upgrade may take
 * @param streamNegotiation how long the negotiation of a stream may take where one side waits for
 *     it
 * @param dial how long reaching a peer may take over all its addresses
 * @param dialHeadStart how long one address is tried before the next one joins in
 * @param duplicateGrace how long the lesser of two connections made at once still takes streams
 * @param trimGrace how young a connection is not trimmed
 */
public record HostTimes(
    Duration upgradeNegotiation,
    Duration streamNegotiation,
    Duration dial,
    Duration dialHeadStart,
    Duration duplicateGrace,
    Duration trimGrace) {

  /** 10 s, 10 s, 30 s, 250 ms, 5 s, 20 s. */
  public static HostTimes defaults() {
    return new HostTimes(
        Duration.ofSeconds(10),
        Duration.ofSeconds(10),
        Duration.ofSeconds(30),
        Duration.ofMillis(250),
        Duration.ofSeconds(5),
        Duration.ofSeconds(20));
  }

  public HostTimes {
    requirePositive(upgradeNegotiation, "upgradeNegotiation");
    requirePositive(streamNegotiation, "streamNegotiation");
    requirePositive(dial, "dial");
    requirePositive(dialHeadStart, "dialHeadStart");
    requirePositive(duplicateGrace, "duplicateGrace");
    requirePositive(trimGrace, "trimGrace");
  }

  private static void requirePositive(Duration value, String name) {
    if (value.isNegative() || value.isZero()) {
      throw new IllegalArgumentException(name + " " + value + " is not positive");
    }
  }
}
