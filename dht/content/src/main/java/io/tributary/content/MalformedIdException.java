package io.tributary.content;

/** Says that a text or byte string is not an id of CESS; whoever sent it is at fault. */
public final class MalformedIdException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  MalformedIdException(String message) {
    super(message);
  }
}
