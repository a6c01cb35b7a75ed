package io.tributary.libp2p.multiformats;

/** Says that bytes are not the protobuf message they were sent as; the sender is at fault. */
public final class MalformedMessageException extends MalformedFormatException {
  private static final long serialVersionUID = 1L;

  /**
   * @param reason what is wrong
   * @param message the message's name, what was found and what is allowed
   */
  public MalformedMessageException(Reason reason, String message) {
    super(reason, message);
  }

  /**
   * @param reason what is wrong
   * @param message the message's name, what was found and what is allowed
   * @param cause what the parser said
   */
  public MalformedMessageException(Reason reason, String message, Throwable cause) {
    super(reason, message, cause);
  }
}
