package io.tributary.cacher.store.hot;

import io.tributary.content.FragmentHash;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * How often fragments were used that are not here any more; who left first is forgotten first. Used
 * by one thread at a time.
 */
final class FormerUses {
  /** So many take some twenty megabytes of heap. */
  private static final int MAX = 1 << 17;

  private final int max;
  private final Map<FragmentHash, Integer> uses = new LinkedHashMap<>();

  /**
   * A memory.
   *
   * @param fragments how many are worth to be remembered: as many as there is room for
   */
  FormerUses(long fragments) {
    max = (int) Math.min(MAX, fragments);
  }

  void remember(FragmentHash hash, int count) {
    uses.remove(hash);
    uses.put(hash, count);
    if (uses.size() > max) {
      Iterator<FragmentHash> oldest = uses.keySet().iterator();
      oldest.next();
      oldest.remove();
    }
  }

  /** Returns how often a fragment was used, 0 if that is not known, and forgets it. */
  int take(FragmentHash hash) {
    return Optional.ofNullable(uses.remove(hash)).orElse(0);
  }
}
