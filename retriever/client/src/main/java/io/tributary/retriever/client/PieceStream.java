package io.tributary.retriever.client;

import io.tributary.content.ByteRange;
import io.tributary.content.Layout;
import io.tributary.retriever.client.DownloadException.Reason;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;

/**
 * The verified pieces of a range in order, each cut to what the range has of it. {@value #AHEAD}
 * are fetched ahead of the reader, and no more. Not thread-safe.
 */
final class PieceStream implements AutoCloseable {
  /** How many pieces are fetched, or held, ahead of the reader; each is up to 32 MiB of heap. */
  static final int AHEAD = 2;

  private final Pieces pieces;
  private final RemoteFile file;
  private final ByteRange range;
  private final Executor workers;
  private final StopSignal stop;
  private final Deque<CompletableFuture<ByteBuffer>> coming = new ArrayDeque<>();
  private final int end;
  private int next;

  /**
   * Begins to fetch.
   *
   * @param stop stopped when this is closed
   */
  PieceStream(Pieces pieces, RemoteFile file, ByteRange range, Executor workers, StopSignal stop) {
    this.pieces = pieces;
    this.file = file;
    this.range = range;
    this.workers = workers;
    this.stop = stop;
    this.next = (int) (range.offset() / Layout.SEGMENT_BYTES);
    this.end = (int) ((range.end() - 1) / Layout.SEGMENT_BYTES) + 1;
    fill();
  }

  /**
   * The next piece; empty after the last. Does not block.
   *
   * @return fails with a {@link DownloadException}, maybe inside a {@link CompletionException}
   */
  CompletableFuture<Optional<ByteBuffer>> next() {
    CompletableFuture<ByteBuffer> head = coming.poll();
    fill();
    return head == null
        ? CompletableFuture.completedFuture(Optional.empty())
        : head.thenApply(Optional::of);
  }

  /** The next piece; empty after the last. Blocks. */
  Optional<ByteBuffer> take() throws DownloadException, InterruptedException {
    try {
      return next().get();
    } catch (ExecutionException e) {
      throw unwrapped(e);
    }
  }

  private void fill() {
    while (next < end && coming.size() < AHEAD) {
      int piece = next++;
      coming.add(CompletableFuture.supplyAsync(() -> fetch(piece), workers));
    }
  }

  private ByteBuffer fetch(int piece) {
    try {
      ByteBuffer whole = pieces.fetch(file, piece);
      long start = RemoteFile.offset(piece);
      return whole
          .position((int) Math.max(0, range.offset() - start))
          .limit((int) Math.min(whole.limit(), range.end() - start));
    } catch (DownloadException e) {
      throw new CompletionException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CompletionException(
          new DownloadException(Reason.STOPPED, "interrupted while a piece was fetched", e));
    }
  }

  @Override
  public void close() {
    stop.stop();
    coming.clear();
  }

  /** The failure that a worker ended with. */
  static DownloadException unwrapped(Throwable failure) {
    Throwable at = failure;
    while ((at instanceof CompletionException || at instanceof ExecutionException)
        && at.getCause() != null) {
      at = at.getCause();
    }
    if (at instanceof DownloadException known) {
      return known;
    }
    if (at instanceof InterruptedException) {
      return new DownloadException(Reason.STOPPED, "interrupted while a piece was fetched", at);
    }
    throw new IllegalStateException("a download's worker failed", at);
  }
}
