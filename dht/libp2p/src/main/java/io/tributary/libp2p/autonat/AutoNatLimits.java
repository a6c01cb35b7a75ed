package io.tributary.libp2p.autonat;

import io.tributary.libp2p.limits.Rate;
import java.time.Duration;

/**
 * What an {@link AutoNatServer} does for others at most.
 *
 * @param peer how often one peer may ask
 * @param customer how often one customer's block of addresses may
 * @param all how often all together may
 * @param maxAtOnce requests under way
 * @param request how long one may take, its data included
 * @param dial how long one address is dialled
 * @param dialBack how long the peer may take to answer there
 * @param minDataBytes what a peer pays at least for a dial of an address it is not seen at
 * @param maxDataBytes what it pays at most; how much it is between them is chance
 */
public record AutoNatLimits(
    Rate peer,
    Rate customer,
    Rate all,
    int maxAtOnce,
    Duration request,
    Duration dial,
    Duration dialBack,
    int minDataBytes,
    int maxDataBytes) {

  /** How many peers are remembered for their rate. */
  public static final int MAX_REMEMBERED = 4096;

  public AutoNatLimits {
    if (maxAtOnce < 1) {
      throw new IllegalArgumentException("maxAtOnce " + maxAtOnce + " is less than 1");
    }
    if (minDataBytes < 1 || maxDataBytes <= minDataBytes) {
      throw new IllegalArgumentException(
          "minDataBytes " + minDataBytes + ", maxDataBytes " + maxDataBytes);
    }
  }

  /**
   * Of a peer 1 in 5 s after 12, of a customer 1 in 2 s after 24, of all 2/s after 60; 16 at once;
   * 30 s, 10 s, 5 s; 30,000 to 100,000 bytes.
   */
  public static AutoNatLimits defaults() {
    return new AutoNatLimits(
        new Rate(0.2, 12),
        new Rate(0.5, 24),
        new Rate(2, 60),
        16,
        Duration.ofSeconds(30),
        Duration.ofSeconds(10),
        Duration.ofSeconds(5),
        30_000,
        100_000);
  }
}
