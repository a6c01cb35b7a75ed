package io.tributary.libp2p.trial;

import java.time.Duration;
import java.util.List;

/**
 * What a {@link TrialPeer} does with each peer it dials, in this order.
 *
 * @param pings how many pings
 * @param echoBytes bytes to be echoed on one stream; 0 for none
 * @param sinkBytes bytes to be sent and hashed on one stream; 0 for none
 * @param sourceBytes bytes to be fetched and compared on one stream; 0 for none
 * @param streams echoes of 1 KiB at the same time; 0 for none
 * @param edges whether to try half-close, reset, refusal and back-pressure too
 * @param perfUpBytes bytes to upload by the perf protocol; 0 for none
 * @param perfDownBytes bytes to download by it; 0 for none
 * @param stepDeadline how long one step may take
 */
public record TrialPlan(
    int pings,
    long echoBytes,
    long sinkBytes,
    long sourceBytes,
    int streams,
    boolean edges,
    long perfUpBytes,
    long perfDownBytes,
    Duration stepDeadline) {

  /** Bytes of each of many echoes. */
  static final long STREAM_BYTES = 1024;

  /** Default of {@code stepDeadline}. */
  public static final Duration DEFAULT_STEP_DEADLINE = Duration.ofMinutes(2);

  /** To connect and identify only. */
  public static final TrialPlan CONNECT =
      new TrialPlan(0, 0, 0, 0, 0, false, 0, 0, DEFAULT_STEP_DEADLINE);

  public TrialPlan {
    List<Long> counts =
        List.of(
            (long) pings,
            echoBytes,
            sinkBytes,
            sourceBytes,
            (long) streams,
            perfUpBytes,
            perfDownBytes);
    if (counts.stream().anyMatch(count -> count < 0)) {
      throw new IllegalArgumentException("a negative count among " + counts);
    }
  }
}
