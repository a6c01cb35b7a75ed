package io.tributary.cacher.node.upstream;

import io.tributary.exchange.FragmentName;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Finds who has a fragment. Thread-safe; never waits. */
@FunctionalInterface
public interface UpstreamFinder {

  /**
   * Looks for upstreams.
   *
   * @param isAgain whether what was found before was of no use, so that nothing remembered should
   *     be believed
   * @return some or none, in no order; never fails
   */
  CompletionStage<List<Upstream>> find(FragmentName name, boolean isAgain);

  /** Finds what several find, when all have looked. */
  static UpstreamFinder all(List<UpstreamFinder> finders) {
    return (name, isAgain) -> {
      CompletionStage<List<Upstream>> found = CompletableFuture.completedFuture(List.of());
      for (UpstreamFinder finder : finders) {
        found = found.thenCombine(finder.find(name, isAgain), UpstreamFinder::join);
      }
      return found;
    };
  }

  private static List<Upstream> join(List<Upstream> some, List<Upstream> more) {
    List<Upstream> both = new ArrayList<>(some);
    both.addAll(more);
    return List.copyOf(both);
  }
}
