package io.tributary.libp2p.multiformats;

/**
 * Says that bytes or text are not the value they claim to be; whoever sent them is at fault, and
 * asking again brings the same answer.
 */
public class MalformedFormatException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  /** What is wrong with the input. */
  public enum Reason {
    /** The input ends before the value does. */
    TRUNCATED,
    /** The input goes on after the value has ended. */
    TRAILING_BYTES,
    /** The value is readable but not in the one form that is allowed. */
    NOT_CANONICAL,
    /** The value passes a maximum. */
    TOO_LONG,
    /** A character is outside the alphabet. */
    BAD_CHARACTER,
    /** The value is well-formed and yet impossible, such as port 70000. */
    BAD_VALUE,
    /** The value names a kind of thing that this library does not know. */
    UNKNOWN_CODE,
    /** The value names a kind of thing that this library knows and will not use. */
    REFUSED_CODE
  }

  private static final int MAX_QUOTED_CHARS = 64;

  private final Reason reason;

  /**
   * @param reason what is wrong
   * @param message the field, what was found and what is allowed
   */
  public MalformedFormatException(Reason reason, String message) {
    super(message);
    this.reason = reason;
  }

  /**
   * @param reason what is wrong
   * @param message the field, what was found and what is allowed
   * @param cause what the parser said
   */
  public MalformedFormatException(Reason reason, String message, Throwable cause) {
    super(message, cause);
    this.reason = reason;
  }

  /** Returns a stranger's text for a message: short, and nothing in it that a log would obey. */
  static String quote(String text) {
    StringBuilder out = new StringBuilder("'");
    for (int i = 0; i < Math.min(text.length(), MAX_QUOTED_CHARS); i++) {
      char c = text.charAt(i);
      out.append(c >= ' ' && c < 0x7f ? c : '?');
    }
    return out.append(text.length() > MAX_QUOTED_CHARS ? "...'" : "'").toString();
  }

  /** Returns what is wrong. */
  public final Reason reason() {
    return reason;
  }
}
