package io.tributary.retriever.engine.read;

import io.netty.buffer.ByteBuf;
import io.tributary.content.ColumnSlice;
import io.tributary.content.FragmentHash;
import io.tributary.retriever.engine.RetrievalException;
import io.tributary.retriever.engine.cache.CachedFragment;
import io.tributary.retriever.engine.race.Races;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One slice of a read, on its way or here. Not thread-safe: its read locks it. */
final class Unit {
  final ColumnSlice slice;
  final FragmentHash hash;
  final long askedNanos;

  /** Where the bytes came from, once they are here. */
  String from = "";

  private @Nullable CachedFragment cached;
  private @Nullable ByteBuf bytes;
  private int firstOffset;
  private @Nullable RetrievalException failure;
  private Races.@Nullable Leave waiting;
  private boolean isClosed;

  Unit(ColumnSlice slice, FragmentHash hash, long askedNanos) {
    this.slice = slice;
    this.hash = hash;
    this.askedNanos = askedNanos;
  }

  /** Takes the fragment out of a cache. */
  void put(CachedFragment fragment, String source) {
    cached = fragment;
    from = source;
  }

  /**
   * Takes bytes of the fragment.
   *
   * @param offset where the first stands in the fragment
   */
  void put(ByteBuf fetched, int offset, String source) {
    bytes = fetched;
    firstOffset = offset;
    from = source;
  }

  void fail(RetrievalException why) {
    failure = why;
  }

  Optional<RetrievalException> failure() {
    return Optional.ofNullable(failure);
  }

  boolean isHere() {
    return cached != null || bytes != null;
  }

  /** Whether it is here, in memory that others wait for. */
  boolean isInMemory() {
    return bytes != null && firstOffset == 0 && !from.equals("ZERO");
  }

  boolean isClosed() {
    return isClosed;
  }

  /**
   * Waits.
   *
   * @param isForWhole whether for the whole fragment, which replaces the wait for a part of it
   */
  void waitsAs(Races.Leave leave, boolean isForWhole) {
    if (isForWhole || waiting == null) {
      waiting = leave;
    }
  }

  /** Goes on from a cache, and lets go of the memory. */
  void moveTo(CachedFragment fragment) {
    if (bytes != null) {
      bytes.release();
      bytes = null;
    }
    cached = fragment;
  }

  /** A part of the slice; the caller releases it. */
  ByteBuf piece(int offsetInSlice, int length) {
    int offset = slice.offset() + offsetInSlice;
    CachedFragment fragment = cached;
    if (fragment != null) {
      return fragment.slice(offset, length);
    }
    ByteBuf all = bytes;
    if (all == null) {
      throw new IllegalStateException("a unit that is not here");
    }
    return all.retainedSlice(all.readerIndex() + offset - firstOffset, length).asReadOnly();
  }

  /** Lets go of what it has; the rest is the caller's, without its lock. */
  Optional<Races.Leave> close() {
    isClosed = true;
    if (cached != null) {
      cached.close();
      cached = null;
    }
    if (bytes != null) {
      bytes.release();
      bytes = null;
    }
    Optional<Races.Leave> leave = Optional.ofNullable(waiting);
    waiting = null;
    return leave;
  }
}
