package io.tributary.exchange;

import io.tributary.libp2p.stream.Retry;

/** What ends a fetch without a word of the peer's. */
public enum Breakage implements Reason {
  /** The peer cannot be reached. */
  UNREACHABLE(Fault.PEER, Retry.ELSEWHERE, ""),
  /** The peer is reached over a relay, and no direct connection came to be in time. */
  RELAYED_ONLY(
      Fault.NETWORK,
      Retry.ELSEWHERE,
      "forward a port to this node, or see by `status` what its router does to ports"),
  /** The peer does not speak the protocol. */
  UNSUPPORTED(Fault.PEER, Retry.ELSEWHERE, ""),
  /** The deadline passed. */
  DEADLINE_PASSED(Fault.PEER, Retry.ELSEWHERE, ""),
  /** The connection ended. */
  CONNECTION_LOST(Fault.NETWORK, Retry.NOW, ""),
  /** The peer ended the stream without a trailer. */
  BROKEN_OFF(Fault.PEER, Retry.ELSEWHERE, ""),
  /** The peer's answer cannot be read, or is not about what was asked. */
  BAD_ANSWER(Fault.PEER, Retry.ELSEWHERE, ""),
  /** The bytes do not have the hash that was asked for, though the peer said VERIFIED. */
  WRONG_BYTES(Fault.PEER, Retry.ELSEWHERE, ""),
  /** A fill that the peer passed on turned out wrong; the peer said so. */
  ABORTED(Fault.ORIGIN, Retry.ELSEWHERE, ""),
  /** The caller cancelled. */
  CANCELLED_HERE(Fault.SELF, Retry.NOW, ""),
  /** The lane to the payee has been closed for a verdict. */
  LANE_CLOSED_HERE(Fault.PEER, Retry.ELSEWHERE, "look up the verdict in the log"),
  /** The payee refused the lane. */
  LANE_REFUSED(Fault.PEER, Retry.ELSEWHERE, ""),
  /** The offered price is above the ceiling. */
  OVER_CEILING(Fault.PEER, Retry.ELSEWHERE, "raise the price ceiling"),
  /** As many fetches wait here as may. */
  TOO_MANY_FETCHES(Fault.SELF, Retry.LATER, ""),
  /** Vouchers cannot be written down here. */
  LEDGER_TROUBLE(Fault.SELF, Retry.LATER, "make room on the ledger's disk"),
  /** The fetch's consumer or verifier threw. */
  CONSUMER_FAILED(Fault.SELF, Retry.NEVER, "look up the exception in the log"),
  /** This node is stopping. */
  STOPPED(Fault.SELF, Retry.NEVER, "");

  private final Fault fault;
  private final Retry retry;
  private final String advice;

  Breakage(Fault fault, Retry retry, String advice) {
    this.fault = fault;
    this.retry = retry;
    this.advice = advice;
  }

  @Override
  public Fault fault() {
    return fault;
  }

  @Override
  public Retry retry() {
    return retry;
  }

  @Override
  public String advice() {
    return advice;
  }
}
