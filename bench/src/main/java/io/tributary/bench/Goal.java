package io.tributary.bench;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Locale;

/**
 * What a run was to reach, beside what it reached.
 *
 * @param name what, and in which unit
 * @param value what was reached
 * @param wanted the goal
 * @param atMost whether the goal is an upper bound, not a lower one
 */
public record Goal(String name, double value, double wanted, boolean atMost) {

  /** A goal that is a lower bound. */
  public static Goal atLeast(String name, double value, double wanted) {
    return new Goal(name, value, wanted, false);
  }

  /** A goal that is an upper bound. */
  public static Goal atMost(String name, double value, double wanted) {
    return new Goal(name, value, wanted, true);
  }

  /** Tells whether the goal was reached. */
  @JsonProperty
  public boolean reached() {
    return atMost ? value <= wanted : value >= wanted;
  }

  /** Returns a line for people. */
  public String toLine() {
    return String.format(
        Locale.ROOT,
        "%-44s%12.3f  goal %s %.3f  %s",
        name,
        value,
        atMost ? "<=" : ">=",
        wanted,
        reached() ? "reached" : "MISSED");
  }
}
