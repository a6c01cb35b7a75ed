package io.tributary.retriever.engine.chunk;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.tributary.content.FragmentHash;
import java.util.Optional;

/**
 * The chunk trees of fragments that were verified here, kept when the fragments are gone; those
 * used least make room. Thread-safe.
 */
public final class ChunkTrees {
  private final Cache<FragmentHash, ChunkTree> trees;
  private final boolean keepsAny;

  /**
   * No trees.
   *
   * @param max how many are kept, 4 KiB each; 0 for none
   */
  public ChunkTrees(int max) {
    this.keepsAny = max > 0;
    this.trees = Caffeine.newBuilder().maximumSize(max).executor(Runnable::run).build();
  }

  /** The tree of a fragment, if it is known. */
  public Optional<ChunkTree> find(FragmentHash fragment) {
    return Optional.ofNullable(trees.getIfPresent(fragment));
  }

  /** Whether it would be of use to make a fragment's tree. */
  public boolean wants(FragmentHash fragment) {
    return keepsAny && trees.getIfPresent(fragment) == null;
  }

  /** Keeps a tree. */
  public void put(FragmentHash fragment, ChunkTree tree) {
    trees.put(fragment, tree);
  }

  /** How many are kept. */
  public long size() {
    return trees.estimatedSize();
  }
}
