package io.tributary.content.erasure;

/**
 * Says that the erasure code was asked for something it cannot do.
 *
 * <p>The caller is at fault and nothing was written; asking again without a change fails again.
 */
public final class ErasureException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  /** What is wrong with the request. */
  public enum Reason {
    /** An array of buffers has not one entry per column. */
    WRONG_ARRAY_LENGTH,
    /** A column number is not 0 to 11. */
    NO_SUCH_COLUMN,
    /** Fewer than four columns are present. */
    TOO_FEW_PRESENT,
    /** A column is both present and wanted. */
    PRESENT_AND_WANTED,
    /** The buffers do not all have the same number of bytes remaining. */
    LENGTH_MISMATCH,
    /** A buffer to be written is read-only. */
    READ_ONLY_TARGET,
    /** A buffer to be written shares bytes with another one. */
    OVERLAPPING_BUFFERS
  }

  private final Reason reason;

  ErasureException(Reason reason, String message) {
    super(message);
    this.reason = reason;
  }

  /** Returns what is wrong with the request. */
  public Reason reason() {
    return reason;
  }
}
