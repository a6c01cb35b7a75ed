package io.tributary.retriever.engine.race;

import io.tributary.retriever.engine.cache.CachedFragment;
import java.util.Optional;

/** What needs nobody to be asked: zeros, and the engine's own cache. Confined to its race. */
final class Here {
  private final Board board;

  Here(Board board) {
    this.board = board;
  }

  /** Looks for a column, once for each reader that wants it. */
  void look(Column column) {
    if (column.present != null) {
      return;
    }
    Race.Key key = board.key();
    if (column.name.hash().isZero()) {
      column.put(RaceParts.zeros(key.length()), "ZERO");
      return;
    }
    if (column.isLookedFor) {
      return;
    }
    column.isLookedFor = true;
    Optional<CachedFragment> cached = board.parts().cache().find(column.name);
    if (cached.isPresent()) {
      try (CachedFragment fragment = cached.get()) {
        column.put(fragment.slice(key.offset(), key.length()), "CACHE");
      }
    }
  }

  /** Looks for all columns, wanted or not. Returns whether four are here now. */
  boolean isEnoughToDecode() {
    board.columns().forEach(this::look);
    return board.canDecode();
  }
}
