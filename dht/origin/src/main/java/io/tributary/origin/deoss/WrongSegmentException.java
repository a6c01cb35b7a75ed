package io.tributary.origin.deoss;

/** Says that the bytes of a segment are not those of the file; their source is at fault. */
public final class WrongSegmentException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int segment;

  WrongSegmentException(int segment) {
    super("segment " + segment + " does not have its hash");
    this.segment = segment;
  }

  /** Returns the number of the wrong segment, from 0. */
  public int segment() {
    return segment;
  }
}
