package io.tributary.region;

/** Says that a text names no region; whoever wrote it is at fault. */
public final class MalformedRegionException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  /** Makes one with a message that says what a region must be. */
  public MalformedRegionException(String message) {
    super(message);
  }
}
