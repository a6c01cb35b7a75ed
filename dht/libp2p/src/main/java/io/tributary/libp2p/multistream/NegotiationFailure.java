package io.tributary.libp2p.multistream;

import io.tributary.libp2p.stream.Fault;
import io.tributary.libp2p.stream.Retry;

/** Why two peers did not agree on a protocol. */
public enum NegotiationFailure {
  /** The peer supports none of the proposed protocols. */
  NO_COMMON_PROTOCOL(Fault.PEER, Retry.ELSEWHERE),
  /** The first message is not the header of multistream-select 1.0. */
  BAD_HEADER(Fault.PEER, Retry.NEVER),
  /** A message without a newline at its end, or with a length that is no minimal varint. */
  MALFORMED_MESSAGE(Fault.PEER, Retry.NEVER),
  /** A message longer than 1024 bytes. */
  MESSAGE_TOO_LONG(Fault.PEER, Retry.NEVER),
  /** More messages than any honest talk needs. */
  TOO_MANY_MESSAGES(Fault.PEER, Retry.NEVER),
  /** The answer is neither the proposal nor a refusal. */
  UNEXPECTED_ANSWER(Fault.PEER, Retry.NEVER),
  /** The talk was not over at its deadline. */
  TIMEOUT(Fault.NETWORK, Retry.LATER),
  /** The channel or stream ended in the middle. */
  CLOSED(Fault.NETWORK, Retry.LATER);

  private final Fault fault;
  private final Retry retry;

  NegotiationFailure(Fault fault, Retry retry) {
    this.fault = fault;
    this.retry = retry;
  }

  /** Whose doing it was. */
  public Fault fault() {
    return fault;
  }

  /** Whether to try again. */
  public Retry retry() {
    return retry;
  }
}
