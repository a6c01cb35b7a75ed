package io.tributary.kademlia.store;

import java.time.Duration;

/**
 * How much a {@link ProviderStore} keeps, and for how long.
 *
 * @param keys contents with providers
 * @param perKey providers of one content
 * @param records providers of all contents
 * @param expiry how long a provider is remembered
 * @param addressExpiry how long its addresses are
 */
public record ProviderLimits(
    int keys, int perKey, int records, Duration expiry, Duration addressExpiry) {

  public ProviderLimits {
    if (keys < 1 || perKey < 1 || records < 1) {
      throw new IllegalArgumentException(
          "keys " + keys + ", perKey " + perKey + ", records " + records + " are at least 1");
    }
    if (expiry.isNegative() || expiry.isZero() || addressExpiry.isNegative()) {
      throw new IllegalArgumentException("expiry " + expiry + ", addressExpiry " + addressExpiry);
    }
  }

  /** 100 000 contents, 64 providers of each, 400 000 in all; for 48 hours, addresses 30 minutes. */
  public static ProviderLimits defaults() {
    return new ProviderLimits(100_000, 64, 400_000, Duration.ofDays(2), Duration.ofMinutes(30));
  }
}
