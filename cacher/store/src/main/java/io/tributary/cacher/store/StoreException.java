package io.tributary.cacher.store;

/** What keeps a store from opening; the message says what to do. */
public final class StoreException extends Exception {
  private static final long serialVersionUID = 1L;

  /** The cause in one word, the same in logs and metrics. */
  public enum Reason {
    /** Another process has the directory open. */
    LOCKED,
    /** The disk has no room for the store's files. */
    DISK_FULL,
    /** The files were made for other sizes. */
    GEOMETRY,
    /** There is no store in the directory. */
    NOT_FOUND,
    /** A file of the operator's wishes cannot be understood. */
    DAMAGED,
    /** The disk failed. */
    IO_ERROR,
    /** The JVM was started without the flags that the store needs. */
    JVM_FLAGS
  }

  private final Reason reason;

  /** A refusal with its reason. */
  public StoreException(Reason reason, String message) {
    super(message);
    this.reason = reason;
  }

  /** A refusal with its reason and what brought it about. */
  public StoreException(Reason reason, String message, Throwable cause) {
    super(message, cause);
    this.reason = reason;
  }

  /** The cause in one word. */
  public Reason reason() {
    return reason;
  }
}
