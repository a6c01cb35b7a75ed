package io.tributary.reward;

/** A call to the chain that did not do what it was for, and who can do something about it. */
public final class ChainException extends Exception {
  private static final long serialVersionUID = 1L;

  /** Why. */
  public enum Reason {
    /** No endpoint answers: try again later, or name other endpoints. */
    UNREACHABLE,
    /** An endpoint answers with an error: what was asked is wrong, or the endpoint is. */
    REFUSED,
    /** The contract refuses; the message has its rule and numbers. Again makes no difference. */
    REVERTED,
    /** The chain asks for more than the ceiling of fees: wait, or raise the ceiling. */
    FEES_ABOVE_CEILING,
    /** The transaction is not in a block after the longest wait; it may still get there. */
    NOT_MINED,
    /** The endpoint is on another chain than the contract. */
    WRONG_CHAIN
  }

  private final Reason reason;

  ChainException(Reason reason, String message) {
    super(message);
    this.reason = reason;
  }

  ChainException(Reason reason, String message, Throwable cause) {
    super(message, cause);
    this.reason = reason;
  }

  /** Why. */
  public Reason reason() {
    return reason;
  }
}
