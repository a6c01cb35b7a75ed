package io.tributary.libp2p.multistream;

import java.io.IOException;

/** The failure to agree on a protocol. */
public final class NegotiationException extends IOException {
  private static final long serialVersionUID = 1L;

  private final NegotiationFailure failure;

  public NegotiationException(NegotiationFailure failure, String detail) {
    super(failure + ": " + detail);
    this.failure = failure;
  }

  /** What went wrong. */
  public NegotiationFailure failure() {
    return failure;
  }
}
