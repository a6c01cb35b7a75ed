package io.tributary.retriever.engine.source;

import io.tributary.content.ByteRange;
import io.tributary.fetch.Source;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** A source that may have a certain fragment. Thread-safe. */
public interface FragmentOffer {

  /** Who it is. */
  Source source();

  /** Whether it gives parts of a fragment. */
  boolean givesRanges();

  /**
   * Fetches the fragment, or a part of it.
   *
   * @param range of the fragment's bytes; all of them if it gives no ranges
   * @param deadline how long it may take
   * @param sink gets the bytes in order, one call at a time, on any thread
   */
  Fetching fetch(ByteRange range, Duration deadline, Sink sink);

  /** Takes bytes as they come. Must not block. */
  @FunctionalInterface
  interface Sink {

    /**
     * The source has agreed, but does not hold the fragment: it fetches it itself, and passes it on
     * as it comes. Told before any bytes, on any thread.
     */
    default void onFilling() {}

    /**
     * Takes the next bytes.
     *
     * @param bytes unverified; valid during the call only
     */
    void onBytes(ByteBuffer bytes);
  }

  /** A fetch under way. Thread-safe. */
  interface Fetching {

    /** Ends it at its source; the result fails with {@code CANCELLED}. */
    void cancel();

    /** What came of it; fails with a {@link SourceException}. */
    CompletableFuture<Fetched> result();
  }

  /** What was fetched, all of whose bytes the sink has got. */
  interface Fetched {

    /** Whether the bytes were found to have the fragment's hash. */
    boolean isVerified();

    /** Tells the source's side what came of bytes that were not verified; the first call counts. */
    default void judge(Judgement judgement) {}
  }

  /** What came of unverified bytes. */
  enum Judgement {
    /** They were right. */
    RIGHT,
    /** They were wrong. */
    WRONG,
    /** It will not be known. */
    UNKNOWN
  }
}
