package io.tributary.region.record;

/** Says that something a peer sent is not believed. The peer is at fault; retrying is no use. */
public final class RefusedException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  private final Refusal reason;

  /** Makes one with a message for people. */
  public RefusedException(Refusal reason, String message) {
    super(reason + ": " + message);
    this.reason = reason;
  }

  /** Makes one with a cause. */
  public RefusedException(Refusal reason, String message, Throwable cause) {
    super(reason + ": " + message, cause);
    this.reason = reason;
  }

  /** Returns why. */
  public Refusal reason() {
    return reason;
  }
}
