package io.tributary.libp2p.trial;

import java.io.IOException;

/** The failure of a trial in which every byte could travel but not as it should have. */
public final class TrialException extends IOException {
  private static final long serialVersionUID = 1L;

  /** What was wrong. The peer is at fault, and will be again. */
  public enum Reason {
    /** Other bytes came than should have. */
    OTHER_BYTES,
    /** Fewer bytes came than should have. */
    TOO_SHORT,
    /** More bytes came than should have. */
    TOO_LONG,
    /** The stream went on, or ended in order, where the peer should have reset it. */
    NOT_RESET,
    /** The peer took more bytes than a peer that does not read may. */
    NO_BACK_PRESSURE
  }

  private final Reason reason;

  TrialException(Reason reason, String detail) {
    super(reason + ": " + detail);
    this.reason = reason;
  }

  /** What was wrong. */
  public Reason reason() {
    return reason;
  }
}
