package io.tributary.cacher.node.fill;

/** How a fill ended, or why none began; the same word in code, logs and metrics. */
public enum FillEnd {
  /** The fragment is right and stored. */
  STORED,
  /** The fragment is right and was given to all who waited; others are worth more here. */
  DECLINED,
  /** The fragment had come another way. */
  ALREADY_HERE,
  /** Nobody has it or answers. */
  NO_SOURCE,
  /** Whoever sent something sent wrong bytes. */
  ALL_LIED,
  /** Whoever has it has no time. */
  SOURCES_BUSY,
  /** It took too long. */
  TIMED_OUT,
  /** All who wanted it left while most of it was still to come. */
  ABANDONED,
  /** As many fills as may be are under way, or as many wait for this one. */
  TOO_MANY,
  /** The store has no room for it now. */
  NO_ROOM,
  /** The operator does not want it. */
  BLOCKED,
  /** This node is stopping. */
  STOPPED
}
