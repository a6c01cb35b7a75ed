package io.tributary.exchange;

import io.tributary.libp2p.stream.Retry;
import java.util.Optional;

/** What the answering side says of a request. The codes are those on the wire. */
public enum Status implements Reason {
  /** It is done, or being done. */
  OK(0, Fault.NONE, Retry.NOW, ""),
  /** The fragment is not here and cannot be got. */
  NOT_FOUND(1, Fault.ORIGIN, Retry.ELSEWHERE, ""),
  /** As many requests are being answered as may be; see the retry-after. */
  BUSY(2, Fault.PEER, Retry.ELSEWHERE, ""),
  /** The request cannot be read, or asks for what there cannot be. */
  BAD_REQUEST(
      3, Fault.CLIENT, Retry.NEVER, "update this node: it asks for what a peer cannot read"),
  /** The asking peer, or the file, is not served. */
  FORBIDDEN(4, Fault.CLIENT, Retry.ELSEWHERE, ""),
  /** The file has no such fragment at that place. */
  NOT_IN_FILE(5, Fault.CLIENT, Retry.NEVER, ""),
  /** Nothing is given away here, and the request names no lane. */
  PAYMENT_REQUIRED(6, Fault.CLIENT, Retry.ELSEWHERE, "give this node a key and an escrow"),
  /** The price is above the request's ceiling. */
  TOO_EXPENSIVE(7, Fault.CLIENT, Retry.ELSEWHERE, "raise the price ceiling"),
  /** The asking peer has not opened the lane it names. */
  NO_LANE(8, Fault.CLIENT, Retry.NOW, ""),
  /** The lane has been closed for a verdict. */
  LANE_CLOSED(9, Fault.CLIENT, Retry.ELSEWHERE, "look up the verdict in the log"),
  /** The payer has as many lanes as it may have. */
  TOO_MANY_LANES(10, Fault.CLIENT, Retry.ELSEWHERE, "use fewer lanes"),
  /** The payer's escrow has not been seen at finality, or its signer may not sign. */
  NO_ESCROW(11, Fault.CLIENT, Retry.LATER, "fund the escrow and authorise the lane's signer"),
  /** The vouchers would be for another contract or chain. */
  WRONG_CONTRACT(12, Fault.CLIENT, Retry.NEVER, "check the network profile"),
  /** The proof that the asking peer may spend on the lane is wrong. */
  BAD_PROOF(13, Fault.CLIENT, Retry.NEVER, "check the payer's key"),
  /** It was not done within the request's deadline. */
  TIMED_OUT(14, Fault.PEER, Retry.ELSEWHERE, ""),
  /** The one who asked wants no more. */
  CANCELLED(15, Fault.CLIENT, Retry.NOW, ""),
  /** Where the bytes come from failed. */
  ORIGIN_FAILED(16, Fault.ORIGIN, Retry.ELSEWHERE, ""),
  /** Nothing that costs money is served now, such as when the ledger's disk is full. */
  UNAVAILABLE(17, Fault.PEER, Retry.ELSEWHERE, ""),
  /** A defect of the answering side. */
  INTERNAL_ERROR(18, Fault.PEER, Retry.ELSEWHERE, "");

  private static final Status[] BY_CODE = values();

  private final int code;
  private final Fault fault;
  private final Retry retry;
  private final String advice;

  Status(int code, Fault fault, Retry retry, String advice) {
    this.code = code;
    this.fault = fault;
    this.retry = retry;
    this.advice = advice;
  }

  /** The number on the wire. */
  public int code() {
    return code;
  }

  /** The status of a number; empty if there is none. */
  public static Optional<Status> ofCode(int code) {
    return code >= 0 && code < BY_CODE.length ? Optional.of(BY_CODE[code]) : Optional.empty();
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
