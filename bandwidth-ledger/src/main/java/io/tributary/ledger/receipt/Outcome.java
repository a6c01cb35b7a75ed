package io.tributary.ledger.receipt;

/** What became of a fragment that was asked of a peer. */
public enum Outcome {
  /** Its bytes have the hash that was asked for. */
  VERIFIED(0),
  /** Its bytes have another hash. */
  WRONG_BYTES(1),
  /** It broke off. */
  BROKEN_OFF(2),
  /** Another source was faster, and it was cancelled. */
  CANCELLED(3),
  /** It did not come in time. */
  TOO_LATE(4);

  private final byte code;

  Outcome(int code) {
    this.code = (byte) code;
  }

  /** The number in a receipt's encoded form. */
  byte code() {
    return code;
  }
}
