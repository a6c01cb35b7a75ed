package io.tributary.region.membership;

import io.tributary.region.record.Validity;
import java.time.Duration;

/**
 * The times and limits of membership.
 *
 * @param round between two offers to partners, of one level
 * @param answerWithin how long a partner may take to answer
 * @param rotation between two changes of one partner, of one level
 * @param suspicion how long a suspected member may take to answer for itself
 * @param recordLife how long this node's record holds; it is renewed after half of it
 * @param partners how many members an offer may go to, of one level
 * @param maxMembers how many members are known at most; newcomers are refused above it
 * @param bytesPerSecond how many bytes of records and testimony are sent, on average
 */
public record MembershipSettings(
    Duration round,
    Duration answerWithin,
    Duration rotation,
    Duration suspicion,
    Duration recordLife,
    int partners,
    int maxMembers,
    int bytesPerSecond) {

  /** Checks the values. */
  public MembershipSettings {
    require(round.toMillis() >= 10, "a round takes at least 10 ms");
    require(answerWithin.compareTo(round) >= 0, "an answer may take at least a round");
    require(rotation.compareTo(round) >= 0, "a rotation takes at least a round");
    require(!suspicion.isNegative(), "suspicion is not negative");
    require(
        recordLife.compareTo(Validity.MIN_LIFE) >= 0
            && recordLife.compareTo(Validity.MAX_LIFE) <= 0,
        "a record lives " + Validity.MIN_LIFE + " to " + Validity.MAX_LIFE);
    require(partners >= 1 && partners <= 32, "1 to 32 partners");
    require(maxMembers >= 1 && maxMembers <= 65_536, "1 to 65536 members");
    require(bytesPerSecond >= 1024, "at least 1024 bytes per second");
  }

  private static void require(boolean holds, String otherwise) {
    if (!holds) {
      throw new IllegalArgumentException(otherwise);
    }
  }

  /** The defaults, for regions of up to some thousands of members. */
  public static MembershipSettings defaults() {
    return new MembershipSettings(
        Duration.ofSeconds(1),
        Duration.ofSeconds(3),
        Duration.ofSeconds(30),
        Duration.ofSeconds(10),
        Duration.ofHours(2),
        5,
        16_384,
        16 * 1024);
  }

  /** Returns these with another length of rounds. */
  public MembershipSettings withRound(Duration value) {
    return new MembershipSettings(
        value, answerWithin, rotation, suspicion, recordLife, partners, maxMembers, bytesPerSecond);
  }
}
