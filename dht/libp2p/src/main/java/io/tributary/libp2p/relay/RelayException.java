package io.tributary.libp2p.relay;

import io.tributary.libp2p.stream.Fault;
import io.tributary.libp2p.stream.Retry;
import java.io.IOException;
import java.util.Optional;

/** The failure to reserve at a relay, or to get a circuit through one. */
public final class RelayException extends IOException {
  private static final long serialVersionUID = 1L;

  /** Why. */
  public enum Reason {
    /** The address names no peer behind the relay. */
    NO_DESTINATION(Fault.CALLER, Retry.NEVER),
    /** There is no direct connection to the relay, and none could be made. */
    RELAY_UNREACHABLE(Fault.NETWORK, Retry.ELSEWHERE),
    /** The peer relays nothing, or not now. */
    NOT_A_RELAY(Fault.PEER, Retry.ELSEWHERE),
    /** The relay said no; {@link RelayException#status()} says how. */
    REFUSED(Fault.PEER, Retry.ELSEWHERE),
    /** The relay answered what the protocol does not allow, or vouched for something else. */
    PROTOCOL_VIOLATION(Fault.PEER, Retry.ELSEWHERE),
    /** The relay did not answer in time, or the stream to it ended. */
    NO_ANSWER(Fault.NETWORK, Retry.LATER),
    /** This host stands at as many relays as it may, or at this one already. */
    ALREADY_RESERVED(Fault.CALLER, Retry.NEVER),
    /** The client has been closed. */
    CLOSED(Fault.CALLER, Retry.NEVER);

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

    /** Whether to try again, and where. */
    public Retry retry() {
      return retry;
    }
  }

  private final Reason reason;
  private final transient Optional<RelayStatus> status;

  RelayException(Reason reason, String detail) {
    super(reason + ": " + detail);
    this.reason = reason;
    this.status = Optional.empty();
  }

  RelayException(Reason reason, Throwable cause) {
    super(reason + ": " + cause.getMessage(), cause);
    this.reason = reason;
    this.status = Optional.empty();
  }

  RelayException(RelayStatus status) {
    super(Reason.REFUSED + ": " + status);
    this.reason = Reason.REFUSED;
    this.status = Optional.of(status);
  }

  /** Why. */
  public Reason reason() {
    return reason;
  }

  /** What the relay said, if it refused. */
  public Optional<RelayStatus> status() {
    return status == null ? Optional.empty() : status;
  }
}
