package io.tributary.cacher.store.hot;

import io.tributary.cacher.store.Refusal;

/**
 * Is told what happens to hot fragments. Called by many threads, in the middle of things: count and
 * return.
 */
public interface StoreMetrics {
  /** Counts nothing. */
  StoreMetrics NONE = new StoreMetrics() {};

  /** A fragment was looked for. */
  default void found(Outcome outcome) {}

  /** Room for a fragment was refused. */
  default void refused(Refusal why) {}

  /** A fill ended. */
  default void filled(FillEnd end, int bytes) {}

  /** A stored fragment was removed. */
  default void left(Leaving why) {}

  /** The scrub hashed a fragment; a wrong one is also told of as {@link Leaving#DAMAGED}. */
  default void scrubbed(boolean isRight, int bytes) {}

  /** How a fill can end. */
  enum FillEnd {
    /** Stored. */
    STORED,
    /** Right, but others are worth more. */
    DECLINED,
    /** Other bytes than promised. */
    WRONG_HASH,
    /** Too few bytes. */
    INCOMPLETE,
    /** Given up. */
    ABORTED
  }

  /** Why a stored fragment goes. */
  enum Leaving {
    /** Others are worth more. */
    EVICTED,
    /** The operator, or the chain, wants it gone. */
    PURGED,
    /** Its bytes had changed. */
    DAMAGED
  }
}
