package io.tributary.cacher.store;

import io.tributary.content.FragmentHash;
import java.util.List;

/**
 * Room for fragments up to a fixed number of bytes, which holds each by its SHA-256.
 *
 * <pre>{@code
 * reserve ──► Fill ──write──► complete ──► StoredFragment ──pin──► Pin ──close──►
 *    │          │                 │               │
 *    ▼          ▼                 ▼               ▼
 * Refused     abort          WrongHash         remove: gone for new readers at once,
 *                                              its room when the last pin is closed
 * }</pre>
 *
 * <p>The room is taken in {@link #reserve}, before a byte is written, and there is never more of it
 * than the limit: a store evicts nothing, whoever wants room removes fragments first. What a
 * fragment takes, its {@linkplain StoredFragment#footprint footprint}, is counted from then until
 * it is given back, so {@link Occupancy#usedBytes} is what the store really uses, pinned remains
 * included.
 *
 * <p>A store that survives its process gives back what was stored and nothing else: fragments whose
 * fill was not complete and fragments that had been removed are gone. What it gives back is
 * unchecked, and cannot be pinned before {@link StoredFragment#check} found its bytes right.
 *
 * <p>Thread-safe. No method waits for bytes or other threads' fills; those that hash say so.
 */
public interface FragmentStore extends AutoCloseable {
  /**
   * Takes room for a fragment that is about to be filled.
   *
   * @param hash what its bytes must hash to
   * @param length how many bytes it has
   */
  Reservation reserve(FragmentHash hash, int length);

  /** Returns the fragments that are stored now, in no order. */
  List<StoredFragment> fragments();

  /** Returns what is used of the store's room. */
  Occupancy occupancy();

  /**
   * Takes no more fragments, fills or pins. Memory that is pinned stays readable; the store lets go
   * of its file when the last pin is closed, at once if there is none. Does nothing the second
   * time.
   */
  @Override
  void close();
}
