package io.tributary.content.cipher;

import java.io.IOException;

/**
 * Says that stored bytes cannot be opened with the key at hand.
 *
 * <p>Callers check stored bytes against the hashes on the chain before they open them. So in all
 * cases but {@link Reason#TRUNCATED} the client is at fault, who has the wrong key or took the file
 * for encrypted when it is not, and asking another source for the same bytes is of no use.
 */
public final class UnreadableContentException extends IOException {
  private static final long serialVersionUID = 1L;

  /** What is wrong. */
  public enum Reason {
    /** The padding of a DeOSS piece is not there: another key, or not such a piece. */
    BAD_PADDING,
    /** The tag of a CD2N block does not match: another key, or not such a block. */
    BAD_TAG,
    /** A stored piece has a length that the format does not know. */
    BAD_LENGTH,
    /** The stored bytes ended inside a piece; their source broke off and may be asked again. */
    TRUNCATED
  }

  /** What is wrong. */
  private final Reason reason;

  /** Where. */
  private final int piece;

  UnreadableContentException(Reason reason, int piece, String message) {
    super(reason + " in piece " + piece + ": " + message);
    this.reason = reason;
    this.piece = piece;
  }

  /** Returns what is wrong. */
  public Reason reason() {
    return reason;
  }

  /** Returns the piece that could not be opened, from 0. */
  public int piece() {
    return piece;
  }
}
