package io.tributary.libp2p.relay;

import io.tributary.libp2p.stream.Fault;
import io.tributary.libp2p.stream.Retry;

/**
 * What a relay, or a peer behind one, answers to a request.
 *
 * @see <a
 *     href="https://github.com/libp2p/specs/blob/master/relay/circuit-v2.md#status-codes-and-errors">Status
 *     codes</a>
 */
public enum RelayStatus {
  /** A status that this library does not know. */
  UNKNOWN(0, Fault.PEER, Retry.ELSEWHERE),
  /** As asked. */
  OK(100, Fault.NONE, Retry.NOW),
  /** The relay makes no reservation for this peer, or none now. */
  RESERVATION_REFUSED(200, Fault.PEER, Retry.ELSEWHERE),
  /** A limit of the relay is reached. */
  RESOURCE_LIMIT_EXCEEDED(201, Fault.PEER, Retry.LATER),
  /** The relay does not do that for this peer, or over this connection. */
  PERMISSION_DENIED(202, Fault.CALLER, Retry.NEVER),
  /** The relay could not reach the destination, or that declined. */
  CONNECTION_FAILED(203, Fault.NETWORK, Retry.LATER),
  /** The destination has no reservation at the relay, or no longer. */
  NO_RESERVATION(204, Fault.PEER, Retry.ELSEWHERE),
  /** The request could not be read. */
  MALFORMED_MESSAGE(400, Fault.SELF, Retry.NEVER),
  /** The request came at the wrong time. */
  UNEXPECTED_MESSAGE(401, Fault.SELF, Retry.NEVER);

  private final int code;
  private final Fault fault;
  private final Retry retry;

  RelayStatus(int code, Fault fault, Retry retry) {
    this.code = code;
    this.fault = fault;
    this.retry = retry;
  }

  /** The number that is sent. */
  public int code() {
    return code;
  }

  /** Whose doing a refusal is, as seen by who asked. */
  public Fault fault() {
    return fault;
  }

  /** Whether to ask again. */
  public Retry retry() {
    return retry;
  }

  static RelayStatus ofCode(int code) {
    for (RelayStatus status : values()) {
      if (status.code == code) {
        return status;
      }
    }
    return UNKNOWN;
  }
}
