package io.tributary.cacher.store.hot;

/** What came of looking for a fragment; the same word in code, logs, headers and metrics. */
public enum Outcome {
  /** It is here and had been checked. */
  HIT,
  /** It is here, and its first use after a start found the bytes right. */
  HIT_CHECKED,
  /** It is not here. */
  MISS_ABSENT,
  /** The operator does not want it served. */
  MISS_BLOCKED,
  /** Its first use after a start found other bytes; it is removed. */
  MISS_DAMAGED,
  /** It is here, but too many others wait to be checked. */
  MISS_OVERLOADED,
  /** The store is closed. */
  MISS_CLOSED
}
