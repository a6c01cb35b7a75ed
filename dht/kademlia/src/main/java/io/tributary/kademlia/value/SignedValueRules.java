package io.tributary.kademlia.value;

import io.tributary.kademlia.key.DhtKey;
import io.tributary.kademlia.network.RefusalReason;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * The rules of a namespace of {@link SignedValue}s.
 *
 * @param maxLife the longest a value may hold
 * @param maxSkew how far another's clock may be ahead
 */
public record SignedValueRules(Duration maxLife, Duration maxSkew) implements ValueRules {

  /** Values of up to two days, clocks within two minutes. */
  public static SignedValueRules defaults() {
    return new SignedValueRules(Duration.ofDays(2), Duration.ofMinutes(2));
  }

  @Override
  public Optional<RefusalReason> validate(DhtKey key, byte[] value, Instant now) {
    try {
      return judge(SignedValue.open(key, value), now);
    } catch (SignedValue.Refused e) {
      return Optional.of(e.reason());
    }
  }

  private Optional<RefusalReason> judge(SignedValue value, Instant now) {
    if (value.life().isNegative() || value.life().isZero()) {
      return Optional.of(RefusalReason.NEGATIVE_TTL);
    } else if (value.life().compareTo(maxLife) > 0) {
      return Optional.of(RefusalReason.TTL_TOO_LONG);
    } else if (value.made().isAfter(now.plus(maxSkew))) {
      return Optional.of(RefusalReason.FROM_THE_FUTURE);
    } else if (!value.made().plus(value.life()).isAfter(now)) {
      return Optional.of(RefusalReason.EXPIRED);
    }
    return Optional.empty();
  }

  @Override
  public boolean isBetter(DhtKey key, byte[] value, byte[] than) {
    try {
      return SignedValue.open(key, value).sequence() > SignedValue.open(key, than).sequence();
    } catch (SignedValue.Refused e) {
      throw new IllegalArgumentException("only valid values are compared", e);
    }
  }
}
