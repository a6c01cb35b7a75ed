package io.tributary.cacher.store.hot;

import io.tributary.cacher.store.Occupancy;
import io.tributary.cacher.store.chronicle.Opening;

/**
 * What is used of the hot fragments' room at one moment.
 *
 * @param fragments by whole fragments
 * @param small by small objects
 * @param keptBytes the footprints of what the operator wants kept
 * @param checks how many fragments are being hashed, or wait for it
 * @param fragmentsOpening what was found of the whole fragments at the start
 * @param smallOpening what was found of the small objects
 */
public record HotStats(
    Occupancy fragments,
    Occupancy small,
    long keptBytes,
    int checks,
    Opening fragmentsOpening,
    Opening smallOpening) {}
