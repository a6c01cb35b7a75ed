package io.tributary.ledger;

/** A text or a number that is no value of the ledger; the message says what is wrong with it. */
public final class MalformedLedgerValueException extends IllegalArgumentException {
  private static final long serialVersionUID = 1;

  /** A refusal with its reason. */
  public MalformedLedgerValueException(String message) {
    super(message);
  }
}
