package io.tributary.origin.dev.chain;

import io.tributary.origin.chain.BlockHash;

/** Says that the state after a block cannot be had; ask at the finalized head instead. */
public final class UnknownBlockException extends Exception {
  private static final long serialVersionUID = 1L;

  /** Why the state cannot be had. */
  public enum Reason {
    /** There is no such block. */
    UNKNOWN_BLOCK,
    /** The block is too old; only the state after the newest blocks is kept. */
    STATE_DISCARDED
  }

  private final Reason reason;

  UnknownBlockException(Reason reason, BlockHash hash) {
    super(reason + ": block " + hash);
    this.reason = reason;
  }

  /** Returns the reason. */
  public Reason reason() {
    return reason;
  }
}
