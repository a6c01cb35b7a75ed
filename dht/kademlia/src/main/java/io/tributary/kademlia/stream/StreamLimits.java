package io.tributary.kademlia.stream;

import java.time.Duration;

/**
 * How much of a host the DHT's streams may use.
 *
 * @param requests of this node under way at a time
 * @param idleStreams kept open for the next request, to all peers
 * @param idle how long such a stream is kept
 * @param streamsPerPeer that one peer may have open here
 * @param requestsPerSecond that one peer may ask, on average
 * @param requestBurst that one peer may ask at once
 * @param quiet after what time without a request a peer's stream is ended
 */
public record StreamLimits(
    int requests,
    int idleStreams,
    Duration idle,
    int streamsPerPeer,
    int requestsPerSecond,
    int requestBurst,
    Duration quiet) {

  /** Requests of one stream that are worked on before the stream is read further. */
  static final int PER_STREAM = 16;

  /** For a node that does other things too. */
  public static StreamLimits defaults() {
    return new StreamLimits(
        1_024, 256, Duration.ofSeconds(20), 32, 100, 1_000, Duration.ofMinutes(1));
  }
}
