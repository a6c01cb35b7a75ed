package io.tributary.ledger.keys;

/** What keeps a key from being read or written; the message says what to do. */
public final class KeystoreException extends Exception {
  private static final long serialVersionUID = 1;

  /** The cause in one word. */
  public enum Reason {
    /** There is no such file. */
    NOT_FOUND,
    /** The file is no Web3 keystore of version 3. */
    MALFORMED,
    /** The file asks for more work or memory than is given to it. */
    TOO_COSTLY,
    /** The password is another one. */
    WRONG_PASSWORD,
    /** There is no password, or not where it was looked for. */
    NO_PASSWORD,
    /** Others may read the file. */
    TOO_OPEN,
    /** There is one already. */
    EXISTS,
    /** The disk refused. */
    IO_ERROR
  }

  private final Reason reason;

  /** A refusal with its reason. */
  public KeystoreException(Reason reason, String message) {
    super(message);
    this.reason = reason;
  }

  /** A refusal with its reason and what brought it about. */
  public KeystoreException(Reason reason, String message, Throwable cause) {
    super(message, cause);
    this.reason = reason;
  }

  /** The cause in one word. */
  public Reason reason() {
    return reason;
  }
}
