package io.tributary.retriever.node.source;

import io.netty.buffer.ByteBuf;
import io.tributary.content.FragmentHash;
import io.tributary.content.Layout;
import io.tributary.exchange.CacheOutcome;
import io.tributary.exchange.FragmentName;
import io.tributary.exchange.FragmentRequest;
import io.tributary.exchange.Status;
import io.tributary.exchange.server.AccessPolicy;
import io.tributary.exchange.server.FragmentBody;
import io.tributary.exchange.server.FragmentSource;
import io.tributary.libp2p.multiformats.PeerId;
import io.tributary.retriever.engine.cache.CachedFragment;
import io.tributary.retriever.engine.cache.FragmentCache;
import java.time.Duration;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Predicate;

/**
 * What this retriever gives to other retrievers: verified fragments of its own cache, and nothing
 * that it would have to fetch. Thread-safe; never waits.
 */
public final class SharedFragments implements FragmentSource {
  private final FragmentCache cache;
  private final Predicate<FragmentHash> isHere;
  private final Predicate<FragmentName> isAllowed;

  /**
   * Gives from a cache.
   *
   * @param isHere tells without counting it as a use
   * @param isAllowed what the operator lets be served
   */
  public SharedFragments(
      FragmentCache cache, Predicate<FragmentHash> isHere, Predicate<FragmentName> isAllowed) {
    this.cache = cache;
    this.isHere = isHere;
    this.isAllowed = isAllowed;
  }

  /** Serves these peers for nothing, and nobody else. */
  public static AccessPolicy giftsTo(Set<PeerId> peers) {
    Set<PeerId> known = Set.copyOf(peers);
    return (peer, request) ->
        known.contains(peer)
            ? new AccessPolicy.Admission.Gift()
            : new AccessPolicy.Admission.Refused(Status.FORBIDDEN, Duration.ZERO);
  }

  @Override
  public CompletionStage<Answer> find(PeerId peer, FragmentRequest request) {
    if (!isAllowed.test(request.name())) {
      return missing(Status.FORBIDDEN);
    }
    Optional<CachedFragment> found = cache.find(request.name());
    return found.isPresent()
        ? CompletableFuture.completedStage(new Answer.Found(new CachedBody(found.get())))
        : missing(Status.NOT_FOUND);
  }

  private static CompletionStage<Answer> missing(Status status) {
    return CompletableFuture.completedStage(new Answer.Missing(status, Duration.ZERO));
  }

  @Override
  public CompletionStage<BitSet> held(List<FragmentHash> fragments) {
    BitSet held = new BitSet(fragments.size());
    for (int i = 0; i < fragments.size(); i++) {
      held.set(i, isHere.test(fragments.get(i)));
    }
    return CompletableFuture.completedStage(held);
  }

  /** A cached fragment as the exchange reads it. */
  private record CachedBody(CachedFragment fragment) implements FragmentBody {
    @Override
    public CacheOutcome outcome() {
      return CacheOutcome.HIT;
    }

    @Override
    public int fragmentBytes() {
      return Layout.FRAGMENT_BYTES;
    }

    @Override
    public int readable(int offset) {
      return Math.max(0, Layout.FRAGMENT_BYTES - offset);
    }

    @Override
    public ByteBuf read(int offset, int bytes) {
      return fragment.slice(offset, bytes);
    }

    @Override
    public Progress progress() {
      return new Progress.Verified();
    }

    @Override
    public void onProgress(Runnable task) {
      task.run();
    }

    @Override
    public void close() {
      fragment.close();
    }
  }
}
