package io.tributary.retriever.engine.source;

import java.time.Duration;

/** Says that a source did not deliver. Carries no stack trace. */
public final class SourceException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** What that says of the source. */
  public enum Kind {
    /** It does not have the fragment. */
    MISSING,
    /** It has no time now. */
    BUSY,
    /** It sent wrong bytes. */
    LIED,
    /** It passed on wrong bytes of another, and said so. */
    RELAYED_A_LIE,
    /** It is not reached, broke off, took too long or speaks otherwise. */
    FAILED,
    /** It does not serve this node: price, access, credit. */
    REFUSED,
    /** This side wanted no more. */
    CANCELLED,
    /** This side could not go on: a limit, a disk. */
    SELF
  }

  private final Kind kind;
  private final Duration retryAfter;

  /**
   * A failure.
   *
   * @param detail the reason's name and what there is to say
   * @param retryAfter how long to leave the source alone; zero says nothing
   */
  public SourceException(Kind kind, String detail, Duration retryAfter) {
    super(detail, null, true, false);
    this.kind = kind;
    this.retryAfter = retryAfter;
  }

  /** A failure that says nothing of when to come back. */
  public SourceException(Kind kind, String detail) {
    this(kind, detail, Duration.ZERO);
  }

  /** What it says of the source. */
  public Kind kind() {
    return kind;
  }

  /** How long to leave the source alone; zero says nothing. */
  public Duration retryAfter() {
    return retryAfter;
  }
}
