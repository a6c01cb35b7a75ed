package io.tributary.retriever.client;

import io.tributary.retriever.client.DownloadException.Reason;
import java.io.IOException;
import java.time.Duration;

/** A source's answer that is no content, and what to do about it. */
public final class Unanswered extends IOException {
  private static final long serialVersionUID = 1L;

  private final Reason reason;
  private final Duration pause;

  /**
   * An answer.
   *
   * @param reason what it comes to; {@code UNREACHABLE} and {@code WRONG_BYTES} are worth another
   *     attempt at the same source
   * @param pause how long the source wants to be left alone
   * @param message what it said
   */
  public Unanswered(Reason reason, Duration pause, String message) {
    super(message);
    this.reason = reason;
    this.pause = pause;
  }

  /** What it comes to. */
  public Reason reason() {
    return reason;
  }

  /** How long the source wants to be left alone. */
  public Duration pause() {
    return pause;
  }

  /** Whether the same source may answer otherwise in a while. */
  boolean isWorthAnotherAttempt() {
    return reason == Reason.UNREACHABLE || reason == Reason.WRONG_BYTES;
  }
}
