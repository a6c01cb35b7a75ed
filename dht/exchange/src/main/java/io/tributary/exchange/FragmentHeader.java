package io.tributary.exchange;

import io.tributary.ledger.PricePerGib;
import java.time.Duration;

/**
 * The answer to a request, before the bytes.
 *
 * @param status whether bytes follow: they do if it is {@code OK}
 * @param outcome where the bytes are taken from
 * @param fragmentBytes the size of the fragment; 0 if no bytes follow
 * @param offset the position of the first byte
 * @param lengthBytes how many bytes follow if nothing goes wrong; 0 if none
 * @param price what is asked for
 * @param retryAfter how long to wait before asking again; zero says nothing; whole milliseconds
 */
public record FragmentHeader(
    Status status,
    CacheOutcome outcome,
    int fragmentBytes,
    int offset,
    int lengthBytes,
    PricePerGib price,
    Duration retryAfter) {
  /** The longest wait that is asked for. */
  public static final Duration MAX_RETRY_AFTER = Duration.ofHours(1);

  /**
   * Checks that the numbers fit each other.
   *
   * @throws MalformedExchangeException if they do not
   */
  public FragmentHeader {
    if (status == Status.OK) {
      boolean fits = offset >= 0 && lengthBytes > 0 && offset <= fragmentBytes - lengthBytes;
      require(fits && outcome != CacheOutcome.NONE, "bytes that cannot be");
    } else {
      require(
          fragmentBytes == 0 && offset == 0 && lengthBytes == 0 && outcome == CacheOutcome.NONE,
          "bytes with status " + status);
    }
    require(
        !retryAfter.isNegative() && retryAfter.compareTo(MAX_RETRY_AFTER) <= 0,
        "retry after " + retryAfter);
    retryAfter = Duration.ofMillis(retryAfter.toMillis());
  }

  /** An answer without bytes. */
  public static FragmentHeader refusal(Status status, PricePerGib price, Duration retryAfter) {
    return new FragmentHeader(status, CacheOutcome.NONE, 0, 0, 0, price, retryAfter);
  }

  private static void require(boolean holds, String what) {
    if (!holds) {
      throw new MalformedExchangeException("a header tells of " + what);
    }
  }
}
