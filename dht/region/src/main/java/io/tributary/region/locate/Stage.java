package io.tributary.region.locate;

import java.time.Duration;

/** Where sources of a fragment are looked for, the cheapest first. */
public enum Stage {
  /** Among the homes in the own region, which costs no question to anybody who follows it. */
  HOMES(Duration.ofSeconds(2)),
  /** Among the homes in the regions with the shortest round trips. */
  NEIGHBOURS(Duration.ofSeconds(4)),
  /** Among those who announced the fragment to the world. */
  PROVIDERS(Duration.ofSeconds(15));

  private final Duration deadline;

  Stage(Duration deadline) {
    this.deadline = deadline;
  }

  /** How long it may take before the next one begins. */
  public Duration deadline() {
    return deadline;
  }
}
