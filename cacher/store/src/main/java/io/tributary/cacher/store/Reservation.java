package io.tributary.cacher.store;

/** The answer to who wants room for a fragment. */
public sealed interface Reservation {
  /**
   * There is room.
   *
   * @param fill to be filled and ended
   */
  record Granted(Fill fill) implements Reservation {}

  /**
   * There is none.
   *
   * @param why the reason
   */
  record Refused(Refusal why) implements Reservation {}
}
