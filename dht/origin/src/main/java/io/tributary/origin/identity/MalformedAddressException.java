package io.tributary.origin.identity;

/** Says that a text is not an SS58 address; whoever sent it is at fault. */
public final class MalformedAddressException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  MalformedAddressException(String message) {
    super(message);
  }
}
