package io.tributary.retriever.engine.cache;

import io.netty.buffer.ByteBuf;
import io.tributary.exchange.FragmentName;
import java.util.Optional;

/** Where an engine keeps fragments that it has verified. Thread-safe. */
public interface FragmentCache {

  /** Keeps nothing. */
  FragmentCache NONE =
      new FragmentCache() {
        @Override
        public Optional<CachedFragment> find(FragmentName name) {
          return Optional.empty();
        }

        @Override
        public void offer(FragmentName name, ByteBuf bytes) {}
      };

  /**
   * Looks for a fragment, by its hash; the rest of the name says for whom. Must not block: it is
   * called on event loops.
   *
   * @return under a pin, to be closed by the caller
   */
  Optional<CachedFragment> find(FragmentName name);

  /**
   * Pins a fragment that may be read at once. If there is none, neither that nor the question is
   * counted or remembered: who asked will {@linkplain #find look for it}.
   *
   * @return under a pin, to be closed by the caller
   */
  default Optional<CachedFragment> pin(FragmentName name) {
    return find(name);
  }

  /**
   * Offers a fragment that was verified; the cache takes a copy or does not. Called on the engine's
   * computing threads, so it may take as long as copying does.
   *
   * @param bytes all of them, unchanged by the call; the caller's to release
   */
  void offer(FragmentName name, ByteBuf bytes);
}
