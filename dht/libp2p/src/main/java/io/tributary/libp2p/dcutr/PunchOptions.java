package io.tributary.libp2p.dcutr;

import java.time.Duration;

/**
 * How hard a {@link HolePuncher} tries, and how many at a time.
 *
 * @param attempts how often to punch before the relay has to do
 * @param attemptTime how long one attempt may take, from the moment of dialling
 * @param exchangeTime how long the peer may take to answer each message
 * @param reversalTime how long to try and dial a peer that says it can be dialled; zero not to try
 * @param maxAtOnce peers with whom it is under way, in each of the two parts
 */
public record PunchOptions(
    int attempts,
    Duration attemptTime,
    Duration exchangeTime,
    Duration reversalTime,
    int maxAtOnce) {

  /** The most attempts. */
  public static final int MAX_ATTEMPTS = 10;

  public PunchOptions {
    if (attempts < 1 || attempts > MAX_ATTEMPTS) {
      throw new IllegalArgumentException("attempts " + attempts + " is outside 1.." + MAX_ATTEMPTS);
    }
    if (attemptTime.isNegative() || attemptTime.isZero() || exchangeTime.isNegative()) {
      throw new IllegalArgumentException(
          "attemptTime " + attemptTime + ", exchangeTime " + exchangeTime);
    }
    if (maxAtOnce < 1) {
      throw new IllegalArgumentException("maxAtOnce " + maxAtOnce + " is less than 1");
    }
  }

  /** 3 attempts of 4 s, 10 s for each message, 3 s for a dial, 32 peers. */
  public static PunchOptions defaults() {
    return new PunchOptions(
        3, Duration.ofSeconds(4), Duration.ofSeconds(10), Duration.ofSeconds(3), 32);
  }
}
