package io.tributary.origin.publish;

/** Says why a file could not be published, and what to do; what was stored stays stored. */
public final class PublishException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Why a file could not be published. */
  public enum Reason {
    /** The file was altered while it was being published. */
    FILE_CHANGED,
    /** The chain does not have twelve storage miners in good standing. */
    NOT_ENOUGH_MINERS,
    /** A storage miner does not take its column and nobody can replace it. */
    MINER_FAILED,
    /** The chain took the declaration and does not show it. */
    DECLARATION_LOST,
    /** Everything is stored and the chain does not call the file Active yet. */
    NOT_ACTIVE_IN_TIME,
    /** The publisher was told to stop. */
    INTERRUPTED
  }

  private final Reason reason;

  /** Describes the failure in a sentence that says what to do. */
  public PublishException(Reason reason, String message) {
    super(message);
    this.reason = reason;
  }

  /** Describes a failure that another exception explains. */
  public PublishException(Reason reason, String message, Throwable cause) {
    super(message, cause);
    this.reason = reason;
  }

  /** Returns why the file could not be published. */
  public Reason reason() {
    return reason;
  }
}
