package io.tributary.libp2p.portmap;

import io.tributary.libp2p.stream.Fault;
import io.tributary.libp2p.stream.Retry;
import java.io.IOException;

/** The failure to have a gateway do something. */
public final class GatewayException extends IOException {
  private static final long serialVersionUID = 1L;

  /** Why. */
  public enum Reason {
    /** Nothing came in time. */
    NO_ANSWER(Fault.NETWORK, Retry.LATER),
    /** The gateway does not speak the protocol. */
    NOT_SPOKEN(Fault.PEER, Retry.ELSEWHERE),
    /** The gateway may not do it for this host: it is switched off, or for others only. */
    REFUSED(Fault.PEER, Retry.LATER),
    /** The port is somebody else's. */
    TAKEN(Fault.PEER, Retry.ELSEWHERE),
    /** The gateway has no more room, or this host has all it may have. */
    FULL(Fault.PEER, Retry.LATER),
    /** The gateway has no address to map, being without a line itself. */
    NO_EXTERNAL_ADDRESS(Fault.NETWORK, Retry.LATER),
    /** There is another NAT between this host and the gateway. */
    BEHIND_ANOTHER_NAT(Fault.NETWORK, Retry.NEVER),
    /** The gateway said yes and did nothing. */
    NOT_KEPT(Fault.PEER, Retry.LATER),
    /** The gateway answered what the protocol does not allow, or too much. */
    MALFORMED(Fault.PEER, Retry.ELSEWHERE);

    private final Fault fault;
    private final Retry retry;

    Reason(Fault fault, Retry retry) {
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

  private final Reason reason;

  GatewayException(Reason reason, String detail) {
    super(reason + ": " + detail);
    this.reason = reason;
  }

  GatewayException(Reason reason, Throwable cause) {
    super(reason + ": " + cause.getMessage(), cause);
    this.reason = reason;
  }

  /** Why. */
  public Reason reason() {
    return reason;
  }
}
