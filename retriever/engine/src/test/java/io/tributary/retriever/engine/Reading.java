package io.tributary.retriever.engine;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;

/**
 * A reader that takes each piece on the thread that brings it, so that it has taken all there is
 * whenever the engine has nothing to do. Checks every byte.
 */
final class Reading {
  private final TestFile file;
  private final VerifiedStream stream;
  private final LongSupplier nanoTime;
  private final long firstOffset;
  private final CompletableFuture<Long> bytes = new CompletableFuture<>();
  private volatile long firstPieceNanos;

  private Reading(TestFile file, VerifiedStream stream, long firstOffset, LongSupplier nanoTime) {
    this.file = file;
    this.stream = stream;
    this.nanoTime = nanoTime;
    this.firstOffset = firstOffset;
  }

  /** Begins to read all of a stream. */
  static Reading of(TestFile file, VerifiedStream stream, long firstOffset, LongSupplier nanoTime) {
    Reading reading = new Reading(file, stream, firstOffset, nanoTime);
    reading.goOn(firstOffset);
    return reading;
  }

  /** How many bytes there were, at the end. */
  CompletableFuture<Long> bytes() {
    return bytes;
  }

  /** When the first piece came. */
  long firstPieceNanos() {
    return firstPieceNanos;
  }

  private void goOn(long from) {
    long offset = from;
    while (offset >= 0) {
      CompletableFuture<Optional<VerifiedBytes>> next = stream.next();
      if (!next.isDone()) {
        long here = offset;
        var unused =
            next.whenComplete(
                (piece, failure) -> {
                  long after = take(next, here);
                  if (after >= 0) {
                    goOn(after);
                  }
                });
        return;
      }
      offset = take(next, offset);
    }
  }

  /** Takes what has come; returns where the next piece begins, or -1 if there is none. */
  private long take(CompletableFuture<Optional<VerifiedBytes>> came, long offset) {
    try {
      Optional<VerifiedBytes> piece = EngineKit.get(came);
      if (piece.isEmpty()) {
        bytes.complete(offset - firstOffset);
        return -1;
      }
      if (offset == firstOffset) {
        firstPieceNanos = nanoTime.getAsLong();
      }
      return EngineKit.check(file, piece.get(), offset);
    } catch (RuntimeException | AssertionError e) {
      bytes.completeExceptionally(e);
      return -1;
    }
  }
}
