package io.tributary.region.record;

import java.time.Duration;
import java.time.Instant;

/**
 * When a record holds: from its issue until its expiry, in whole seconds.
 *
 * @param issuedAt the issuer's time when it was made
 * @param life how long it holds, {@link #MIN_LIFE} to {@link #MAX_LIFE}
 */
public record Validity(Instant issuedAt, Duration life) {
  /** How far two honest clocks may differ. */
  public static final Duration CLOCK_SKEW = Duration.ofMinutes(2);

  /** The shortest life. */
  public static final Duration MIN_LIFE = Duration.ofMinutes(1);

  /** The longest life: a member that vanished unseen is forgotten after it. */
  public static final Duration MAX_LIFE = Duration.ofHours(6);

  private static final long MAX_SECONDS = Instant.parse("9999-12-31T00:00:00Z").getEpochSecond();

  /**
   * Checks the life.
   *
   * @throws RefusedException if it is out of bounds
   */
  public Validity {
    if (life.compareTo(MIN_LIFE) < 0 || life.compareTo(MAX_LIFE) > 0) {
      throw new RefusedException(
          Refusal.BAD_LIFE,
          "a record lives " + MIN_LIFE + " to " + MAX_LIFE + ", this lives " + life);
    }
    if (issuedAt.getEpochSecond() < 0 || issuedAt.getEpochSecond() > MAX_SECONDS) {
      throw new RefusedException(Refusal.BAD_LIFE, "a record is issued between 1970 and 9999");
    }
    issuedAt = Instant.ofEpochSecond(issuedAt.getEpochSecond());
    life = Duration.ofSeconds(life.toSeconds());
  }

  /** Reads the seconds of a message. */
  static Validity ofSeconds(long issuedAt, long life) {
    if (issuedAt < 0 || issuedAt > MAX_SECONDS || life < 0 || life > MAX_LIFE.toSeconds()) {
      throw new RefusedException(
          Refusal.BAD_LIFE, "a record issued at " + issuedAt + " s with a life of " + life + " s");
    }
    return new Validity(Instant.ofEpochSecond(issuedAt), Duration.ofSeconds(life));
  }

  /** Returns when it ends. */
  public Instant expiresAt() {
    return issuedAt.plus(life);
  }

  /**
   * Refuses a record that does not hold at a time, clocks being allowed to differ.
   *
   * @throws RefusedException if it does not hold yet, or no longer
   */
  public void requireAt(Instant now) {
    if (issuedAt.isAfter(now.plus(CLOCK_SKEW))) {
      throw new RefusedException(
          Refusal.FROM_THE_FUTURE, "issued at " + issuedAt + ", and it is " + now);
    }
    if (isExpiredAt(now)) {
      throw new RefusedException(
          Refusal.EXPIRED, "expired at " + expiresAt() + ", and it is " + now);
    }
  }

  /** Tells whether it has ended, clocks being allowed to differ. */
  public boolean isExpiredAt(Instant now) {
    return expiresAt().plus(CLOCK_SKEW).isBefore(now);
  }
}
