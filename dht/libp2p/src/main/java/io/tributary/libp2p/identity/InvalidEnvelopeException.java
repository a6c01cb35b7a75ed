package io.tributary.libp2p.identity;

/**
 * Says that bytes are not an envelope one may believe. Whoever sent them is at fault, who need not
 * be the one they name as the signer.
 */
public final class InvalidEnvelopeException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  /** Why an envelope is not believed. */
  public enum Reason {
    /** The envelope, its key or its payload cannot be read. */
    MALFORMED,
    /** The payload is of another type than asked for. */
    OTHER_TYPE,
    /** The signature was not made with that key, for that purpose, over that payload. */
    WRONG_SIGNATURE,
    /** The payload speaks for another peer than the one who signed it. */
    OTHER_SIGNER
  }

  private final Reason reason;

  InvalidEnvelopeException(Reason reason, String message) {
    super(message);
    this.reason = reason;
  }

  InvalidEnvelopeException(Reason reason, String message, Throwable cause) {
    super(message, cause);
    this.reason = reason;
  }

  /** Returns why the envelope is not believed. */
  public Reason reason() {
    return reason;
  }
}
