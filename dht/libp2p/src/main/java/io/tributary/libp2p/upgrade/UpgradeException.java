package io.tributary.libp2p.upgrade;

import io.tributary.libp2p.multistream.NegotiationException;
import io.tributary.libp2p.security.SecureChannelException;
import io.tributary.libp2p.stream.Fault;
import io.tributary.libp2p.stream.Retry;
import java.io.IOException;

/** The failure to turn a channel into a connection. */
public final class UpgradeException extends IOException {
  private static final long serialVersionUID = 1L;

  /** The steps of an upgrade. */
  public enum Step {
    /** Agreeing on a security protocol. */
    SECURITY_NEGOTIATION,
    /** Its handshake. */
    SECURITY_HANDSHAKE,
    /** Agreeing on a muxer. */
    MUXER_NEGOTIATION
  }

  private final Step step;
  private final String reason;
  private final Fault fault;
  private final Retry retry;

  UpgradeException(Step step, NegotiationException cause) {
    this(step, cause.failure().name(), cause.failure().fault(), cause.failure().retry(), cause);
  }

  UpgradeException(Step step, SecureChannelException cause) {
    this(step, cause.reason().name(), cause.reason().fault(), cause.reason().retry(), cause);
  }

  UpgradeException(Step step, Throwable cause) {
    this(step, "INTERNAL_ERROR", Fault.SELF, Retry.LATER, cause);
  }

  private UpgradeException(Step step, String reason, Fault fault, Retry retry, Throwable cause) {
    super(step + ": " + cause.getMessage(), cause);
    this.step = step;
    this.reason = reason;
    this.fault = fault;
    this.retry = retry;
  }

  /** The failure of a transport whose handshake secures the connection by itself. */
  public static UpgradeException inHandshake(SecureChannelException cause) {
    return new UpgradeException(Step.SECURITY_HANDSHAKE, cause);
  }

  /** Where it failed. */
  public Step step() {
    return step;
  }

  /** Why, by the name of the step's own reason. */
  public String reason() {
    return reason;
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
