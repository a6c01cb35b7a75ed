package io.tributary.content;

/** How a stored file is doing, in the chain's own words and codes. */
public enum FileState {
  /** Stored; its fragments can be fetched. */
  ACTIVE(0),
  /** Stored; the miners still compute its tags. */
  CALCULATE(1),
  /** Fragments are lost and nobody restores them yet. */
  MISSING(2),
  /** Lost fragments are being restored. */
  RECOVERY(3);

  private final int code;

  FileState(int code) {
    this.code = code;
  }

  /** Returns the byte by which the chain stores the state. */
  public int code() {
    return code;
  }
}
