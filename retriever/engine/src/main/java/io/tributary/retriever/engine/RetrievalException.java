package io.tributary.retriever.engine;

import java.time.Duration;

/** The failure of an {@linkplain Engine#open open} or of a read. Carries no stack trace. */
public final class RetrievalException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final RetrievalReason reason;
  private final Duration retryAfter;

  /**
   * A failure.
   *
   * @param detail what happened, in a few words
   * @param retryAfter how long to wait before asking again; zero says nothing
   */
  public RetrievalException(RetrievalReason reason, String detail, Duration retryAfter) {
    super(
        reason + ": " + detail + (reason.advice().isEmpty() ? "" : "; " + reason.advice()),
        null,
        true,
        false);
    this.reason = reason;
    this.retryAfter = retryAfter;
  }

  /** A failure after which nothing is known of when to ask again. */
  public RetrievalException(RetrievalReason reason, String detail) {
    this(reason, detail, Duration.ZERO);
  }

  /** Why. */
  public RetrievalReason reason() {
    return reason;
  }

  /** How long to wait before asking again; zero says nothing. */
  public Duration retryAfter() {
    return retryAfter;
  }
}
