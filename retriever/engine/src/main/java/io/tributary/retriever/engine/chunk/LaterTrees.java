package io.tributary.retriever.engine.chunk;

import io.netty.buffer.ByteBuf;
import io.tributary.content.Layout;
import io.tributary.exchange.FragmentName;
import io.tributary.retriever.engine.cache.CachedFragment;
import io.tributary.retriever.engine.cache.FragmentCache;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.BooleanSupplier;

/**
 * The cached fragments whose chunk trees are still to be made, which is done while there is nothing
 * else to do. Thread-safe.
 */
public final class LaterTrees {

  /*
   * Why not at once
   * ---------------
   * A tree is of use when a small part of a fragment is wanted that is no longer cached. To make it
   * costs as much as to verify the fragment: SHA-256 over all of its bytes once more, and hashing is
   * most of what a retriever's processor does for a byte that comes from elsewhere. Made together
   * with the verification, piece by piece while the piece is in the processor's cache, it costs hardly
   * less, since SHA-256 is bound by computing and not by memory. So whoever reads whole files pays
   * twice for what only readers of parts need.
   *
   * Therefore: if a part is what is wanted, the tree is made at once, since the next part will be
   * wanted soon. Else the fragment waits here, in the cache, until nothing is being fetched. One that
   * is evicted before that has no tree; then the next small range of it costs the whole fragment, and
   * makes the tree.
   */

  /** How many fragments may wait; the oldest make room. */
  public static final int MAX_WAITING = 16_384;

  private final ChunkTrees trees;
  private final FragmentCache cache;
  private final Executor computing;
  private final BooleanSupplier isIdle;
  private final Set<FragmentName> waiting = new LinkedHashSet<>();
  private final Object working = new Object();
  private boolean isWorking;
  private volatile boolean isClosed;

  /**
   * None.
   *
   * @param trees where they go
   * @param cache where the fragments are
   * @param computing makes them, one at a time
   * @param isIdle whether there is nothing else to do
   */
  public LaterTrees(
      ChunkTrees trees, FragmentCache cache, Executor computing, BooleanSupplier isIdle) {
    this.trees = trees;
    this.cache = cache;
    this.computing = computing;
    this.isIdle = isIdle;
  }

  /** Has the tree of a cached fragment be made some time. */
  public void add(FragmentName name) {
    synchronized (waiting) {
      if (waiting.size() == MAX_WAITING) {
        next();
      }
      waiting.add(name);
    }
  }

  /** Makes those that wait, if there is nothing else to do; to be called when that may be so. */
  public void goOn() {
    synchronized (waiting) {
      if (isWorking || isClosed || waiting.isEmpty() || !isIdle.getAsBoolean()) {
        return;
      }
      isWorking = true;
    }
    try {
      computing.execute(this::makeNext);
    } catch (RejectedExecutionException e) {
      // The program is stopping.
      synchronized (waiting) {
        isWorking = false;
      }
    }
  }

  private Optional<FragmentName> next() {
    synchronized (waiting) {
      Iterator<FragmentName> all = waiting.iterator();
      if (!all.hasNext()) {
        return Optional.empty();
      }
      FragmentName next = all.next();
      all.remove();
      return Optional.of(next);
    }
  }

  private void makeNext() {
    try {
      synchronized (working) {
        if (!isClosed) {
          next().ifPresent(this::make);
        }
      }
    } finally {
      synchronized (waiting) {
        isWorking = false;
      }
    }
    goOn();
  }

  private void make(FragmentName name) {
    if (!trees.wants(name.hash())) {
      return;
    }
    Optional<CachedFragment> found = cache.find(name);
    if (found.isEmpty()) {
      return;
    }
    try (CachedFragment fragment = found.get()) {
      ByteBuf bytes = fragment.slice(0, Layout.FRAGMENT_BYTES);
      try {
        trees.put(name.hash(), ChunkTree.of(bytes.nioBuffer()));
      } finally {
        bytes.release();
      }
    }
  }

  /** Makes no more; when it returns, the cache is left alone. */
  public void close() {
    isClosed = true;
    synchronized (working) {
      // One that was being made is done.
      return;
    }
  }
}
