package io.tributary.exchange;

import io.tributary.content.ByteRange;
import io.tributary.content.Layout;
import java.time.Duration;
import java.util.Optional;

/**
 * What is asked of a peer.
 *
 * @param name which fragment
 * @param range which of its bytes; within {@link Layout#FRAGMENT_BYTES}
 * @param payment who pays; empty asks for a gift
 * @param deadline how long the answer may take from the request's arrival on; whole milliseconds
 */
public record FragmentRequest(
    FragmentName name, ByteRange range, Optional<LanePayment> payment, Duration deadline) {
  /** The longest deadline. */
  public static final Duration MAX_DEADLINE = Duration.ofHours(1);

  /**
   * Checks the bounds.
   *
   * @throws MalformedExchangeException if the range or the deadline is out of them
   */
  public FragmentRequest {
    if (range.end() > Layout.FRAGMENT_BYTES) {
      throw new MalformedExchangeException(
          "a range ends at " + range.end() + ", a fragment at " + Layout.FRAGMENT_BYTES);
    }
    if (deadline.toMillis() < 1 || deadline.compareTo(MAX_DEADLINE) > 0) {
      throw new MalformedExchangeException("deadline " + deadline + " is out of range");
    }
    deadline = Duration.ofMillis(deadline.toMillis());
  }

  /** Whether all bytes are asked for, so that they can be checked against the hash. */
  public boolean isWhole() {
    return range.length() == Layout.FRAGMENT_BYTES;
  }
}
