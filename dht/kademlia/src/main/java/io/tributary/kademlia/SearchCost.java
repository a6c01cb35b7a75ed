package io.tributary.kademlia;

import java.time.Duration;

/**
 * What a search has cost.
 *
 * @param requests asked
 * @param responses that came
 * @param failures requests that failed; the difference is still under way or was given up
 * @param hops how many peers in a row led to what was found, or to the nearest peer
 * @param took until the end, or so far
 * @param end why it ended
 */
public record SearchCost(
    int requests, int responses, int failures, int hops, Duration took, End end) {

  /** Why a search ended. */
  public enum End {
    /** It has not. */
    UNDER_WAY,
    /** All that was wanted was found. */
    FOUND,
    /** The nearest peers have all answered. */
    CONVERGED,
    /** No peer is known, or none has answered. */
    NO_PEERS,
    /** It asked as many peers as it may. */
    TOO_MANY_REQUESTS,
    /** The deadline has passed. */
    DEADLINE,
    /** The caller wanted no more. */
    CANCELLED
  }

  /** Of a search that has cost nothing. */
  public static SearchCost none() {
    return new SearchCost(0, 0, 0, 0, Duration.ZERO, End.UNDER_WAY);
  }
}
