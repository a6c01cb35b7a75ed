package io.tributary.bench.sim;

import java.time.Duration;

/**
 * What a simulated network is like.
 *
 * @param latency delays between regions
 * @param jitter the mean of what is added to a delay at random, as a share of it; exponentially
 *     distributed
 * @param loss the share of messages that never arrive, 0 to 1
 * @param dialTimeout when a node gives up dialling a dead or unreachable one
 * @param handshakeRoundTrips round trips before the first message on a new connection
 */
public record Conditions(
    LatencyMatrix latency,
    double jitter,
    double loss,
    Duration dialTimeout,
    int handshakeRoundTrips) {

  public Conditions {
    if (jitter < 0) {
      throw new IllegalArgumentException("jitter " + jitter + " is negative");
    }
    if (!(loss >= 0 && loss < 1)) {
      throw new IllegalArgumentException("loss " + loss + " is outside 0..1");
    }
    if (handshakeRoundTrips < 0) {
      throw new IllegalArgumentException("handshakeRoundTrips " + handshakeRoundTrips);
    }
  }

  /** The world's regions, a fifth of jitter, no loss, 5 s to give up, TCP and Noise. */
  public static Conditions fair() {
    return new Conditions(LatencyMatrix.world(), 0.2, 0, Duration.ofSeconds(5), 3);
  }

  /** The same with another share of lost messages. */
  public Conditions withLoss(double share) {
    return new Conditions(latency, jitter, share, dialTimeout, handshakeRoundTrips);
  }
}
