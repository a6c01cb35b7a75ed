package io.tributary.exchange;

/** The failure to read what a peer sent. */
public final class MalformedExchangeException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String what;

  /** A failure whose message says which field is wrong. */
  public MalformedExchangeException(String message) {
    super(message);
    this.what = message;
  }

  /** Returns the message. */
  public String what() {
    return what;
  }
}
