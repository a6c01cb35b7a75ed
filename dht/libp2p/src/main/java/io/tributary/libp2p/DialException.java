package io.tributary.libp2p;

import io.tributary.libp2p.stream.Fault;
import io.tributary.libp2p.stream.Retry;
import java.io.IOException;

/** The failure to reach a peer. */
public final class DialException extends IOException {
  private static final long serialVersionUID = 1L;

  /** Why a peer was not reached. */
  public enum Reason {
    /** No address of the peer is known, or its names stand for none. */
    NO_ADDRESS(Fault.CALLER, Retry.LATER),
    /** No transport of this host can dial any of its addresses. */
    NO_TRANSPORT(Fault.CALLER, Retry.NEVER),
    /** Each address failed; the cause has a failure per address. */
    ALL_FAILED(Fault.NETWORK, Retry.LATER),
    /** All known addresses have failed just now and are left alone for a while. */
    BACKING_OFF(Fault.NETWORK, Retry.LATER),
    /** There is a connection over a relay, and no direct one came in time. */
    RELAYED_ONLY(Fault.NETWORK, Retry.LATER),
    /** It took longer than the deadline. */
    TIMEOUT(Fault.NETWORK, Retry.LATER),
    /** The peer is on the deny list. */
    DENIED(Fault.SELF, Retry.NEVER),
    /** A limit of this host on connections is reached. */
    LIMIT_REACHED(Fault.SELF, Retry.LATER),
    /** The peer is this host. */
    SELF(Fault.CALLER, Retry.NEVER),
    /** The host has stopped. */
    STOPPED(Fault.CALLER, Retry.NEVER);

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

  DialException(Reason reason, String detail) {
    super(reason + ": " + detail);
    this.reason = reason;
  }

  DialException(Reason reason, Throwable cause) {
    super(reason + ": " + cause.getMessage(), cause);
    this.reason = reason;
  }

  /** Why. */
  public Reason reason() {
    return reason;
  }
}
