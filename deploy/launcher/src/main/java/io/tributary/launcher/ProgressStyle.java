package io.tributary.launcher;

/** How a command shows that it goes on. */
enum ProgressStyle {
  /** A bar on a terminal, nothing elsewhere. */
  AUTO,
  /** One JSON object per event on standard error. */
  JSON,
  /** Nothing. */
  NONE
}
