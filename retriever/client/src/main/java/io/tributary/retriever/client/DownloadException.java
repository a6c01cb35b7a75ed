package io.tributary.retriever.client;

import org.jspecify.annotations.Nullable;

/** A download that ended before it was complete; what it has verified is kept. */
public final class DownloadException extends Exception {
  private static final long serialVersionUID = 1L;

  /** Why. */
  public enum Reason {
    /** The chain knows no such file: check the fid. */
    UNKNOWN_FILE,
    /** A retriever does not serve this file, or not to us: ask another. */
    REFUSED,
    /** No retriever could be reached, or none could get the content: try again later. */
    UNREACHABLE,
    /** What came was not the file, from whoever was asked: ask other retrievers. */
    WRONG_BYTES,
    /** Who has it asks for more than the ceiling, and nobody gives it away: raise the ceiling. */
    TOO_EXPENSIVE,
    /** Who has it does not take the wallet's vouchers: fund its escrow, authorise its key. */
    PAYMENT_REFUSED,
    /** The file does not have the range that was asked for. */
    NO_SUCH_RANGE,
    /** The local disk, or whoever reads what was downloaded, failed. */
    DISK,
    /** Another process downloads to the same place. */
    LOCKED,
    /** It was asked to stop. */
    STOPPED
  }

  private final Reason reason;

  /** Says why, and in words what happened. */
  public DownloadException(Reason reason, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.reason = reason;
  }

  /** Returns why. */
  public Reason reason() {
    return reason;
  }
}
