package io.tributary.kademlia.stream;

import io.tributary.kademlia.network.RefusalReason;

/** Says that a peer's bytes are no message that this node takes; the peer is at fault. */
public final class RefusedMessageException extends Exception {
  private static final long serialVersionUID = 1L;

  private final RefusalReason reason;

  RefusedMessageException(RefusalReason reason, String message) {
    super(message);
    this.reason = reason;
  }

  /** Why. */
  public RefusalReason reason() {
    return reason;
  }
}
