package io.tributary.origin.scale;

/**
 * Says that bytes are not what the SCALE encoding of a type allows; whoever sent them is at fault,
 * and reading the same bytes again fails again.
 */
public final class ScaleException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** What is wrong with the bytes. */
  public enum Reason {
    /** The bytes end before the value does. */
    TRUNCATED,
    /** A length or count is above the limit the reader sets for it. */
    OVERSIZED,
    /** A length or count is not the one the structure must have. */
    BAD_LENGTH,
    /** A boolean is neither 0 nor 1. */
    BAD_BOOLEAN,
    /** The mark of an optional value is neither 0 nor 1. */
    BAD_OPTION,
    /** The number of an alternative stands for none. */
    BAD_ENUM,
    /** A hash is not 64 lower-case hexadecimal characters. */
    BAD_HASH,
    /** A compact integer takes more bytes than it needs. */
    NOT_MINIMAL,
    /** An integer is larger than the value it stands for can be. */
    NUMBER_TOO_LARGE,
    /** Each part can be read, but the parts contradict each other. */
    INCONSISTENT,
    /** Bytes are left over after the value. */
    TRAILING_BYTES
  }

  private final Reason reason;
  private final int offset;

  /**
   * Describes a fault.
   *
   * @param reason what is wrong
   * @param offset the position in the input at which it was noticed, in bytes
   * @param detail what was read and what is allowed
   */
  public ScaleException(Reason reason, int offset, String detail) {
    super(reason + " at byte " + offset + ": " + detail);
    this.reason = reason;
    this.offset = offset;
  }

  /** Returns what is wrong with the bytes. */
  public Reason reason() {
    return reason;
  }

  /** Returns the position in the input at which the fault was noticed, in bytes. */
  public int offset() {
    return offset;
  }
}
