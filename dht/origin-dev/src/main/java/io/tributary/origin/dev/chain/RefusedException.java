package io.tributary.origin.dev.chain;

/** Says that a dev chain refuses an extrinsic, which then leaves no trace: no block, no nonce. */
public final class RefusedException extends Exception {
  private static final long serialVersionUID = 1L;

  private final Refusal refusal;

  RefusedException(Refusal refusal, String detail) {
    super(refusal + ": " + detail);
    this.refusal = refusal;
  }

  RefusedException(Refusal refusal, String detail, Throwable cause) {
    super(refusal + ": " + detail, cause);
    this.refusal = refusal;
  }

  /** Returns the reason. */
  public Refusal refusal() {
    return refusal;
  }
}
