package io.tributary.libp2p.yamux;

import io.tributary.libp2p.muxer.CloseReason;

/** A breach of the protocol by the peer, which ends the connection. Carries no stack trace. */
final class YamuxException extends Exception {
  private static final long serialVersionUID = 1L;

  private final CloseReason reason;

  YamuxException(CloseReason reason, String message) {
    super(message, null, false, false);
    this.reason = reason;
  }

  CloseReason reason() {
    return reason;
  }
}
