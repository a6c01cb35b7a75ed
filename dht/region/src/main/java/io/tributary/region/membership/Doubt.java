package io.tributary.region.membership;

import io.tributary.region.gossip.Marks;
import io.tributary.region.record.Accusation;
import java.time.Instant;
import java.util.Arrays;

/** The testimony against a member's record, by different witnesses. Immutable. */
final class Doubt {
  /** How many witnesses it takes. */
  static final int WITNESSES = 3;

  private static final Accusation[] NONE = {};

  private final Accusation[] accusations;
  private final long sinceNanos;
  private final int fingerprint;

  private Doubt(Accusation[] accusations, long sinceNanos) {
    this.accusations = accusations;
    this.sinceNanos = sinceNanos;
    this.fingerprint = fingerprint(accusations);
  }

  /** No testimony yet. */
  static Doubt none(long nowNanos) {
    return new Doubt(NONE, nowNanos);
  }

  /** How many witnesses there are. */
  int size() {
    return accusations.length;
  }

  Accusation accusation(int index) {
    return accusations[index];
  }

  /** When the last of them was heard. */
  long sinceNanos() {
    return sinceNanos;
  }

  /** Tells one set of witnesses from another; never that of no doubt. */
  int fingerprint() {
    return fingerprint;
  }

  /** Whether there are enough witnesses. */
  boolean isCondemned() {
    return accusations.length >= WITNESSES;
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
    Accusation[] all = new Accusation[accusations.length + 1];
    int kept = 0;
    for (Accusation accusation : accusations) {
      if (!accusation.madeAt().isBefore(notBefore)) {
        all[kept++] = accusation;
      }
    }
    all[kept++] = more;
    return new Doubt(kept == all.length ? all : Arrays.copyOf(all, kept), nowNanos);
  }

  private static int fingerprint(Accusation[] accusations) {
    long sum = 0;
    for (Accusation accusation : accusations) {
      sum += Digests.mix(accusation.witnessKey());
    }
    int folded = Long.hashCode(sum);
    return folded == Marks.NO_DOUBT ? 1 : folded;
  }
}
