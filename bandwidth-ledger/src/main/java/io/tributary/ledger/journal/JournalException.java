package io.tributary.ledger.journal;

/** What keeps the journal from opening or from taking a record; the message says what to do. */
public final class JournalException extends Exception {
  private static final long serialVersionUID = 1;

  /** The cause in one word, the same in logs and metrics. */
  public enum Reason {
    /** Another process has the directory open. */
    LOCKED,
    /** Bytes that had been durable are no longer what was written. */
    DAMAGED,
    /** The disk has no room for the next segment; records are taken again when it has. */
    DISK_FULL,
    /** The disk refused to write; what is durable is unknown until the journal is opened again. */
    IO_ERROR,
    /** Too many records wait for the disk. */
    OVERLOADED,
    /** The journal has been closed. */
    CLOSED
  }

  private final Reason reason;

  /** A refusal with its reason. */
  public JournalException(Reason reason, String message) {
    super(message);
    this.reason = reason;
  }

  /** A refusal with its reason and what brought it about. */
  public JournalException(Reason reason, String message, Throwable cause) {
    super(message, cause);
    this.reason = reason;
  }

  /** The cause in one word. */
  public Reason reason() {
    return reason;
  }
}
