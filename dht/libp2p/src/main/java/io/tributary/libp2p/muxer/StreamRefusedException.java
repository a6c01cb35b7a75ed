package io.tributary.libp2p.muxer;

import java.io.IOException;

/** The failure to open a stream. */
public final class StreamRefusedException extends IOException {
  private static final long serialVersionUID = 1L;

  /** Why a stream could not be opened. */
  public enum Reason {
    /** The connection has ended. */
    CONNECTION_CLOSED,
    /** The connection is about to end: this side or the peer takes no more streams. */
    GOING_AWAY,
    /** As many streams as the limit allows are open. */
    TOO_MANY_STREAMS,
    /** The peer has not accepted earlier streams and the queue of waiting ones is full. */
    BACKLOG_FULL,
    /** A limit of this host on streams is reached. */
    LIMIT_REACHED,
    /** The connection is lent with limits and the caller did not say that it bears them. */
    LIMITED_CONNECTION,
    /** All stream numbers of the connection are used up. */
    IDS_EXHAUSTED
  }

  private final Reason reason;

  public StreamRefusedException(Reason reason) {
    super("cannot open a stream: " + reason);
    this.reason = reason;
  }

  /** Why. */
  public Reason reason() {
    return reason;
  }
}
