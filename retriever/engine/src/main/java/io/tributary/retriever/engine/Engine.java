package io.tributary.retriever.engine;

import io.tributary.content.ByteRange;
import io.tributary.content.Fid;
import io.tributary.retriever.engine.trace.Trace;
import io.tributary.retriever.engine.trace.TraceId;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Reads files of CESS: looks them up on the chain, fetches their fragments from whoever has them,
 * and hands on verified bytes only.
 *
 * <p>Thread-safe. No method blocks, so all may be called on event loops.
 */
public interface Engine extends AutoCloseable {

  /**
   * Looks a file up. Costs a question to the chain, unless the answer is known and still believed.
   *
   * @return fails with a {@link RetrievalException}: {@code UNKNOWN_FILE}, {@code
   *     STILL_BEING_STORED} and those that say why the chain did not answer; to cancel it does not
   *     end the question, which others may wait for
   */
  CompletableFuture<FileView> open(Fid fid);

  /**
   * Begins to read a range of a file. Nothing is delivered before it is {@linkplain
   * VerifiedStream#next asked for}, but the first fragments are fetched at once.
   *
   * @param file an opened file
   * @param range which of its {@linkplain FileView#storedBytes stored bytes}
   * @throws IllegalArgumentException if the file has no such bytes
   */
  VerifiedStream read(FileView file, ByteRange range, ReadOptions options);

  /**
   * Finds a range that takes no reading: of a file whose record is known and still believed, inside
   * one fragment, which is in the engine's own cache.
   *
   * @return what {@link #open} and {@link #read} would give, to be closed; empty if it takes these
   *     to have it, or to be told why it cannot be had
   */
  Optional<CachedRange> cached(Fid fid, ByteRange range);

  /** What a read did so far; nothing if it is unknown or forgotten. */
  Optional<Trace> trace(TraceId id);

  /** What the engine does now. */
  EngineStatus status();

  /** Ends all reads with {@code CLOSED} and begins no more. Does nothing the second time. */
  @Override
  void close();
}
