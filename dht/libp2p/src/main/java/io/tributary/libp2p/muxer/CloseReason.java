package io.tributary.libp2p.muxer;

import io.tributary.libp2p.stream.Fault;
import io.tributary.libp2p.stream.Retry;

/** Why a connection ended. The name is the same in code, logs and metrics. */
public enum CloseReason {
  /** This side closed it in order. */
  CLOSED_LOCALLY(Fault.NONE, Retry.NOW, 0),
  /** The peer closed it in order. */
  CLOSED_BY_PEER(Fault.NONE, Retry.NOW, 0),
  /** The channel under it ended without a word. */
  CONNECTION_LOST(Fault.NETWORK, Retry.NOW, 0),
  /** The channel failed, as decryption does when bytes were altered. */
  CHANNEL_FAILED(Fault.NETWORK, Retry.NOW, 0),
  /** The peer did not answer keep-alive pings. */
  KEEP_ALIVE_TIMEOUT(Fault.NETWORK, Retry.LATER, 2),
  /** Closed to stay within the number of connections; it was among the least valued. */
  TRIMMED(Fault.SELF, Retry.LATER, 0),
  /** Another connection to the same peer was kept instead. */
  DUPLICATE(Fault.NONE, Retry.NOW, 0),
  /** The peer is not allowed here. */
  DENIED(Fault.SELF, Retry.NEVER, 0),
  /** A limit on connections was reached. */
  LIMIT_REACHED(Fault.SELF, Retry.LATER, 0),

  /** The peer says this side broke the protocol. */
  PEER_REPORTED_PROTOCOL_ERROR(Fault.SELF, Retry.LATER, 0),
  /** The peer reports an error of its own. */
  PEER_REPORTED_INTERNAL_ERROR(Fault.PEER, Retry.LATER, 0),

  /** A frame of an unknown version or type, or with fields that make no sense. */
  MALFORMED_FRAME(Fault.PEER, Retry.NEVER, 1),
  /** A stream number of the wrong parity or used before. */
  INVALID_STREAM_ID(Fault.PEER, Retry.NEVER, 1),
  /** More bytes than the stream's credit allowed. */
  WINDOW_OVERFLOW(Fault.PEER, Retry.NEVER, 1),
  /** Credit beyond what a window can hold. */
  CREDIT_OVERFLOW(Fault.PEER, Retry.NEVER, 1),
  /** Streams opened faster, or in larger number, than the limits bear. */
  STREAM_FLOOD(Fault.PEER, Retry.NEVER, 1),
  /** Frames that want answers, from a peer that does not read the answers. */
  CONTROL_FLOOD(Fault.PEER, Retry.NEVER, 1),
  /** A defect of this host; the exception is in the log. */
  INTERNAL_ERROR(Fault.SELF, Retry.LATER, 2);

  private final Fault fault;
  private final Retry retry;
  private final int goAwayCode;

  CloseReason(Fault fault, Retry retry, int goAwayCode) {
    this.fault = fault;
    this.retry = retry;
    this.goAwayCode = goAwayCode;
  }

  /** Whose doing it was. */
  public Fault fault() {
    return fault;
  }

  /** Whether to connect again. */
  public Retry retry() {
    return retry;
  }

  /**
   * The code told to the peer where this side ends the connection: 0 normal, 1 protocol error, 2
   * internal error.
   */
  public int goAwayCode() {
    return goAwayCode;
  }
}
