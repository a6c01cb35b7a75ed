package io.tributary.exchange.client;

import io.tributary.exchange.FillSource;
import io.tributary.exchange.Reason;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

/** The failure of a fetch. Whose fault it was and where to try again is the reason's to tell. */
public final class FetchException extends IOException {
  private static final long serialVersionUID = 1L;

  private final transient Reason reason;
  private final Duration retryAfter;
  private final transient Optional<FillSource> source;

  FetchException(Reason reason, String message) {
    this(reason, message, Duration.ZERO, Optional.empty());
  }

  FetchException(Reason reason, String message, Throwable cause) {
    this(reason, message);
    initCause(cause);
  }

  FetchException(Reason reason, String message, Duration retryAfter, Optional<FillSource> source) {
    super(
        reason.name() + ": " + message + (reason.advice().isEmpty() ? "" : "; " + reason.advice()));
    this.reason = reason;
    this.retryAfter = retryAfter;
    this.source = source;
  }

  /** Why: a {@code Status} that the peer told, or a {@code Breakage}. */
  public Reason reason() {
    return reason;
  }

  /** How long to wait before asking the peer again; zero says nothing. */
  public Duration retryAfter() {
    return retryAfter;
  }

  /** Where the wrong bytes came from, by the peer's own word; only with {@code ABORTED}. */
  public Optional<FillSource> source() {
    return source;
  }
}
