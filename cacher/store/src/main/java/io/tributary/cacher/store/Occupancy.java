package io.tributary.cacher.store;

/**
 * What is used of a store's room at one moment. Bytes are footprints.
 *
 * @param limitBytes what may be used at most
 * @param usedBytes what is used: fragments, fills and removed fragments that are still pinned
 * @param deferredBytes the part of it that waits for pins to be closed
 * @param fragments how many fragments are stored
 * @param fills how many fills run
 * @param pins how many pins are open, those that fills give included
 */
public record Occupancy(
    long limitBytes, long usedBytes, long deferredBytes, int fragments, int fills, long pins) {
  /** Returns what both stores have together. */
  public Occupancy plus(Occupancy other) {
    return new Occupancy(
        limitBytes + other.limitBytes,
        usedBytes + other.usedBytes,
        deferredBytes + other.deferredBytes,
        fragments + other.fragments,
        fills + other.fills,
        pins + other.pins);
  }
}
