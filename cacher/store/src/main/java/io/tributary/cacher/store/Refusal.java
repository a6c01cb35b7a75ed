package io.tributary.cacher.store;

/** Why a fragment is not taken; the same word in code, logs and metrics. */
public enum Refusal {
  /** The fragment is stored already. */
  PRESENT,
  /** Another fill of it runs. */
  IN_PROGRESS,
  /** It was removed, but somebody still reads the old bytes; possible again when they have. */
  STILL_PINNED,
  /** The limit is reached; possible again when fills end or pins are closed. */
  QUOTA,
  /** There is room, but not in one piece; possible again when fragments have been removed. */
  FRAGMENTED,
  /** The disk failed to give room that is fit to be written; the log says why. */
  DISK,
  /** It has no bytes or more than the store takes. */
  SIZE,
  /** The operator does not want it. */
  BLOCKED,
  /** The store is closed. */
  CLOSED
}
