package io.tributary.content;

import java.io.IOException;

/**
 * Says that a stream of bytes cannot become a file on CESS. Whoever handed in the stream is at
 * fault, and trying again with the same bytes gives the same answer.
 */
public final class SegmentingException extends IOException {
  private static final long serialVersionUID = 1L;

  /** Why the stream was refused. */
  public enum Reason {
    /** It has no bytes, and CESS stores no empty file. */
    EMPTY,
    /** It has more than {@link Layout#MAX_FILE_BYTES} bytes. */
    TOO_LARGE,
    /** It ended before the stated size; the file may have been cut while it was read. */
    SHORTER_THAN_STATED,
    /** It went on after the stated size; the file may have grown while it was read. */
    LONGER_THAN_STATED
  }

  /** Why. */
  private final Reason reason;

  SegmentingException(Reason reason, String message) {
    super(reason + ": " + message);
    this.reason = reason;
  }

  /** Returns why the stream was refused. */
  public Reason reason() {
    return reason;
  }
}
