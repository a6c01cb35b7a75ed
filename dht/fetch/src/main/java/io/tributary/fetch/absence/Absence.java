package io.tributary.fetch.absence;

import java.time.Duration;

/** Why something is not to be had; each is believed for another time. */
public enum Absence {
  /** The chain knows no such file: a mistake of the asker, or one that was published just now. */
  UNKNOWN_ON_CHAIN(Duration.ofSeconds(6)),
  /** The chain knows it, and no source has it or answers. */
  NO_SOURCE(Duration.ofSeconds(15)),
  /** Sources sent something, and nothing of it was right. */
  ALL_LIED(Duration.ofSeconds(60));

  private final Duration believedFor;

  Absence(Duration believedFor) {
    this.believedFor = believedFor;
  }

  /** How long it is believed. */
  public Duration believedFor() {
    return believedFor;
  }
}
