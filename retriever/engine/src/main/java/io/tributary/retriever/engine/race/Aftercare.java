package io.tributary.retriever.engine.race;

import io.netty.buffer.ByteBuf;
import io.tributary.retriever.engine.EngineLog;
import io.tributary.retriever.engine.cache.CachedFragment;
import io.tributary.retriever.engine.chunk.ChunkTree;
import java.util.Optional;

/**
 * What is done with a verified fragment while it is delivered: it is cached, and its chunk tree is
 * made now or later. Confined to its race, but for the work itself.
 */
final class Aftercare {
  /** How many fragments of all races may wait to be cached and hashed, besides being delivered. */
  private static final int MAX_WAITING = 16;

  private final Board board;

  Aftercare(Board board) {
    this.board = board;
  }

  /** Caches what is here of a column, if it is a whole one and there is time for that. */
  void take(Column column) {
    ByteBuf bytes = column.present;
    if (bytes == null || !board.key().isWhole()) {
      return;
    }
    RaceParts parts = board.parts();
    if (parts.aftercare().incrementAndGet() > MAX_WAITING) {
      parts.aftercare().decrementAndGet();
      return;
    }
    ByteBuf kept = bytes.retainedDuplicate();
    boolean isForPart = column.waiters.stream().anyMatch(Waiter::isForPart);
    board.begin();
    // Who comes before it is cached is to find it here.
    column.isKept = true;
    board.compute(
        () -> {
          boolean isCached = false;
          try {
            isCached = keep(column, kept, isForPart);
          } catch (RuntimeException e) {
            EngineLog.notCached(column.name, e);
          } finally {
            kept.release();
            parts.aftercare().decrementAndGet();
            boolean isInCache = isCached;
            board.inTurn(() -> onTaken(column, isInCache));
          }
        });
  }

  private boolean keep(Column column, ByteBuf bytes, boolean isForPart) {
    RaceParts parts = board.parts();
    parts.cache().offer(column.name, bytes);
    Optional<CachedFragment> found = parts.cache().find(column.name);
    found.ifPresent(CachedFragment::close);
    if (parts.trees().wants(column.name.hash())) {
      if (isForPart) {
        parts.trees().put(column.name.hash(), ChunkTree.of(bytes.nioBuffer()));
      } else if (found.isPresent()) {
        parts.laterTrees().add(column.name);
      }
    }
    return found.isPresent();
  }

  private void onTaken(Column column, boolean isCached) {
    board.end();
    column.isKept = false;
    column.isCached = isCached;
    board.advance();
  }
}
