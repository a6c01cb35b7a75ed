package io.tributary.origin.upstream;

import java.util.Optional;
import java.util.OptionalInt;

/**
 * Says that a call to a miner or gateway failed: why, whose fault it is, which endpoint, what was
 * tried, and what to do now.
 *
 * <p>Exceptions of this type complete the futures of calls exceptionally; they carry no stack trace
 * since they start in a callback whose trace tells nothing.
 */
public final class UpstreamException extends RuntimeException {
  private static final long serialVersionUID = 1L;
  private static final int MAX_EXCERPT_CHARS = 160;

  private final UpstreamReason reason;
  private final Endpoint endpoint;
  private final String operation;
  private final int attempts;
  private final int serverCode;

  UpstreamException(
      UpstreamReason reason, Endpoint endpoint, String operation, int attempts, String detail) {
    this(reason, endpoint, operation, attempts, detail, 0);
  }

  UpstreamException(
      UpstreamReason reason,
      Endpoint endpoint,
      String operation,
      int attempts,
      String detail,
      int serverCode) {
    super(message(reason, endpoint, operation, attempts, detail), null, true, false);
    this.reason = reason;
    this.endpoint = endpoint;
    this.operation = operation;
    this.attempts = attempts;
    this.serverCode = serverCode;
  }

  /** Returns why the call failed. */
  public UpstreamReason reason() {
    return reason;
  }

  /** Returns who is to blame. */
  public Fault fault() {
    return reason.fault();
  }

  /** Returns whether and where to try again. */
  public RetryAdvice advice() {
    return reason.advice();
  }

  /** Returns the server that was asked. */
  public Endpoint endpoint() {
    return endpoint;
  }

  /** Returns what was asked, such as {@code GET /fragment 2dae…}. */
  public String operation() {
    return operation;
  }

  /** Returns how often it was tried; 0 if nothing was sent. */
  public int attempts() {
    return attempts;
  }

  /** Returns the code the server gave, from the body if there is one there, else from HTTP. */
  public OptionalInt serverCode() {
    return serverCode == 0 ? OptionalInt.empty() : OptionalInt.of(serverCode);
  }

  /**
   * Makes a stranger's text fit for a message: printable ASCII only and not long.
   *
   * @return the text in quotes
   */
  public static String excerpt(String text) {
    StringBuilder out = new StringBuilder("\"");
    int end = Math.min(text.length(), MAX_EXCERPT_CHARS);
    for (int i = 0; i < end; i++) {
      char c = text.charAt(i);
      out.append(c >= ' ' && c <= '~' ? c : '?');
    }
    return out.append(end < text.length() ? "…\"" : "\"").toString();
  }

  /** Names a failure, since those of the HTTP client often have no message. */
  static String describe(Throwable failure) {
    String kind = failure.getClass().getSimpleName();
    return Optional.ofNullable(failure.getMessage()).map(said -> kind + ": " + said).orElse(kind);
  }

  private static String message(
      UpstreamReason reason, Endpoint endpoint, String operation, int attempts, String detail) {
    String tried =
        switch (attempts) {
          case 0 -> "not sent";
          case 1 -> "tried once";
          default -> "tried " + attempts + " times";
        };
    return operation
        + " at "
        + endpoint
        + ": "
        + reason
        + ", "
        + detail
        + " ("
        + tried
        + "); "
        + reason.remedy();
  }
}
