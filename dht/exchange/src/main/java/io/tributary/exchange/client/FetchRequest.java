package io.tributary.exchange.client;

import io.tributary.content.ByteRange;
import io.tributary.content.Layout;
import io.tributary.exchange.FragmentName;
import io.tributary.ledger.PricePerGib;
import java.time.Duration;
import java.util.Optional;

/**
 * What is wanted of a provider.
 *
 * @param name which fragment
 * @param range which of its bytes
 * @param ceiling the highest price that is paid for it
 * @param deadline how long it may take altogether
 * @param verifier checks a range; a whole fragment is checked against its hash instead
 */
public record FetchRequest(
    FragmentName name,
    ByteRange range,
    PricePerGib ceiling,
    Duration deadline,
    Optional<RangeVerifier> verifier) {

  /** Wants a whole fragment. */
  public static FetchRequest whole(FragmentName name, PricePerGib ceiling, Duration deadline) {
    return new FetchRequest(
        name, ByteRange.whole(Layout.FRAGMENT_BYTES), ceiling, deadline, Optional.empty());
  }

  /** Wants a range that nobody checks here. */
  public static FetchRequest range(
      FragmentName name, ByteRange range, PricePerGib ceiling, Duration deadline) {
    return new FetchRequest(name, range, ceiling, deadline, Optional.empty());
  }
}
