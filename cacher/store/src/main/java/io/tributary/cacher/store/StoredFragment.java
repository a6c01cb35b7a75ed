package io.tributary.cacher.store;

import io.tributary.content.FragmentHash;
import java.util.Optional;

/** A whole fragment in a store. Thread-safe. */
public interface StoredFragment {
  /** What its bytes hash to. */
  FragmentHash hash();

  /** How many bytes it has. */
  int length();

  /** How much of the store's room it takes, bytes, what surrounds it included. */
  long footprint();

  /** Tells whether its bytes were hashed since the store was opened. */
  boolean isChecked();

  /**
   * Keeps its bytes where they are until the pin is closed.
   *
   * @return nothing if the fragment has been removed, is unchecked or the store is closed
   */
  Optional<Pin> pin();

  /**
   * Hashes its bytes, checked or not; takes milliseconds for a whole fragment. Wrong bytes are
   * removed.
   */
  Verdict check();

  /**
   * Removes it: new readers find nothing from now on, nor after a crash; its room is given back
   * when the last pin is closed.
   *
   * @return whether it was there
   */
  boolean remove();

  /** What a check finds. */
  enum Verdict {
    /** The bytes are right; the fragment may be pinned. */
    RIGHT,
    /** The bytes had changed; the fragment is removed. */
    WRONG,
    /** It had been removed before, or the store is closed. */
    GONE
  }
}
