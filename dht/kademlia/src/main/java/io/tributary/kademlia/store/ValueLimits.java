package io.tributary.kademlia.store;

import java.time.Duration;

/**
 * How much a {@link ValueStore} keeps, and for how long.
 *
 * @param values how many
 * @param bytes of all values and keys
 * @param expiry how long a value is kept unless it is put again
 */
public record ValueLimits(int values, long bytes, Duration expiry) {

  public ValueLimits {
    if (values < 1 || bytes < 1 || expiry.isNegative() || expiry.isZero()) {
      throw new IllegalArgumentException(
          "values " + values + ", bytes " + bytes + ", expiry " + expiry);
    }
  }

  /** 20 000 values of 32 MiB in all, for 48 hours. */
  public static ValueLimits defaults() {
    return new ValueLimits(20_000, 32L << 20, Duration.ofDays(2));
  }
}
