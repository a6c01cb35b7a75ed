package io.tributary.exchange;

/** Whose bytes go first where they share a connection or a lane. */
public enum Priority {
  /** A short range, for which somebody waits. */
  SHORT,
  /** All else. */
  BULK
}
