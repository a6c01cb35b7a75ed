package io.tributary.cacher.store.hot;

import io.tributary.cacher.store.Pin;

/** What looking for a fragment finds. */
public sealed interface Lookup {
  /**
   * The fragment.
   *
   * @param pin to be closed by who asked
   * @param outcome a kind of hit
   */
  record Hit(Pin pin, Outcome outcome) implements Lookup {}

  /**
   * Nothing that can be served.
   *
   * @param outcome why
   */
  record Miss(Outcome outcome) implements Lookup {}

  /** A fragment whose bytes must be hashed first: ask {@link HotFragments#open}. */
  record Unchecked() implements Lookup {}
}
