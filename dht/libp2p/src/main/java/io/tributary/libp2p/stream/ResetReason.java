package io.tributary.libp2p.stream;

/** Why a stream ended before both sides had said all they had to say. */
public enum ResetReason {
  /** The peer reset the stream; {@link StreamReset#code()} has its code. */
  RESET_BY_PEER(Fault.PEER, Retry.LATER),
  /** The application on this side reset the stream. */
  RESET_BY_CALLER(Fault.CALLER, Retry.NOW),
  /** The connection under the stream ended. */
  CONNECTION_CLOSED(Fault.NETWORK, Retry.NOW),
  /** The deadline set by {@link ByteStream#deadline} passed. */
  DEADLINE_PASSED(Fault.SELF, Retry.ELSEWHERE),
  /** The peer supports none of the proposed protocols. */
  PROTOCOL_UNSUPPORTED(Fault.PEER, Retry.ELSEWHERE),
  /** The peer broke the rules of protocol negotiation. */
  NEGOTIATION_FAILED(Fault.PEER, Retry.NEVER),
  /** Protocol negotiation took longer than its deadline. */
  NEGOTIATION_TIMEOUT(Fault.PEER, Retry.LATER),
  /** A limit of this host refused the stream. */
  LIMIT_REACHED(Fault.SELF, Retry.LATER),
  /** Received bytes that nobody consumed filled the connection's budget; this stream held most. */
  RECEIVE_BUDGET_EXHAUSTED(Fault.SELF, Retry.LATER),
  /** The application kept writing to a stream that was not writable until its bound was passed. */
  SEND_BOUND_PASSED(Fault.CALLER, Retry.NEVER),
  /** The stream's handler threw; the exception is in the log. */
  HANDLER_FAILED(Fault.SELF, Retry.LATER),
  /** The peer broke the rules of the protocol spoken on the stream. */
  PROTOCOL_VIOLATION(Fault.PEER, Retry.NEVER);

  private final Fault fault;
  private final Retry retry;

  ResetReason(Fault fault, Retry retry) {
    this.fault = fault;
    this.retry = retry;
  }

  /** Whose doing it was. */
  public Fault fault() {
    return fault;
  }

  /** Whether a new stream can do better. */
  public Retry retry() {
    return retry;
  }
}
