package io.tributary.libp2p.portmap;

import java.time.Duration;

/**
 * How long a {@link PortMapping} asks for, and how long it waits.
 *
 * @param lease how long each port is asked for; renewed when half of what was granted has passed
 * @param watch how often the gateway is asked whether it still knows
 * @param retry after how long a failure is tried again; then after twice that, and so on
 * @param maxRetry the longest such pause
 * @param firstWait how long the first datagram may take; each repetition waits twice as long
 * @param attempts how often a datagram is sent
 * @param search how long to look for a UPnP gateway
 * @param exchange how long one request to it may take, all in all
 * @param closing how long the end of the host waits for ports to be given back
 */
public record PortMapTimes(
    Duration lease,
    Duration watch,
    Duration retry,
    Duration maxRetry,
    Duration firstWait,
    int attempts,
    Duration search,
    Duration exchange,
    Duration closing) {

  /** The longest lease that is asked for or believed. */
  public static final Duration MAX_LEASE = Duration.ofDays(1);

  /** The shortest pause between two rounds, whatever a gateway grants. */
  public static final Duration MIN_PAUSE = Duration.ofSeconds(10);

  /** The most datagrams for one question. */
  public static final int MAX_ATTEMPTS = 9;

  private static final Duration MAX_WAIT = Duration.ofMinutes(1);

  public PortMapTimes {
    requireWithin(lease, Duration.ofMinutes(2), MAX_LEASE, "lease");
    requireWithin(watch, MIN_PAUSE, MAX_LEASE, "watch");
    requireWithin(retry, MIN_PAUSE, MAX_LEASE, "retry");
    requireWithin(maxRetry, retry, MAX_LEASE, "maxRetry");
    Duration least = Duration.ofMillis(1);
    requireWithin(firstWait, least, MAX_WAIT, "firstWait");
    requireWithin(search, least, MAX_WAIT, "search");
    requireWithin(exchange, least, MAX_WAIT, "exchange");
    requireWithin(closing, least, MAX_WAIT, "closing");
    if (attempts < 1 || attempts > MAX_ATTEMPTS) {
      throw new IllegalArgumentException("attempts " + attempts + " is outside 1.." + MAX_ATTEMPTS);
    }
  }

  /** 2 h, every 5 min; 1 min to 1 h; 250 ms, 4 times; 3 s; 5 s; 3 s. */
  public static PortMapTimes defaults() {
    return new PortMapTimes(
        Duration.ofHours(2),
        Duration.ofMinutes(5),
        Duration.ofMinutes(1),
        Duration.ofHours(1),
        Duration.ofMillis(250),
        4,
        Duration.ofSeconds(3),
        Duration.ofSeconds(5),
        Duration.ofSeconds(3));
  }

  private static void requireWithin(Duration value, Duration least, Duration most, String name) {
    if (value.compareTo(least) < 0 || value.compareTo(most) > 0) {
      throw new IllegalArgumentException(name + " " + value + " is outside " + least + ".." + most);
    }
  }
}
