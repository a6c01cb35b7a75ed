package io.tributary.region.membership;

import io.tributary.region.gossip.Marks;
import io.tributary.region.record.Accusation;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * The testimony against a member's record. Immutable.
 *
 * @param accusations by different witnesses
 * @param sinceNanos when the last of them was heard
 * @param fingerprint tells one set of witnesses from another; never that of none
 */
record Doubt(List<Accusation> accusations, long sinceNanos, int fingerprint) {
  /** How many witnesses it takes. */
  static final int WITNESSES = 3;

  Doubt {
    accusations = List.copyOf(accusations);
  }

  /** No testimony yet. */
  static Doubt none(long nowNanos) {
    return new Doubt(List.of(), nowNanos, fingerprint(List.of()));
  }

  /** Whether there are enough witnesses. */
  boolean isCondemned() {
    return accusations.size() >= WITNESSES;
  }

  boolean hasWitness(long key) {
    for (Accusation accusation : accusations) {
      if (accusation.witnessKey() == key) {
        return true;
      }
    }
    return false;
  }

  /** With one more, and without those made before a time. */
  Doubt with(Accusation more, Instant notBefore, long nowNanos) {
    List<Accusation> all = new ArrayList<>(WITNESSES);
    for (Accusation accusation : accusations) {
      if (!accusation.madeAt().isBefore(notBefore)) {
        all.add(accusation);
      }
    }
    all.add(more);
    return new Doubt(all, nowNanos, fingerprint(all));
  }

  private static int fingerprint(List<Accusation> accusations) {
    long sum = 0;
    for (Accusation accusation : accusations) {
      sum += Digests.mix(accusation.witnessKey());
    }
    int folded = Long.hashCode(sum);
    return folded == Marks.NO_DOUBT ? 1 : folded;
  }
}
