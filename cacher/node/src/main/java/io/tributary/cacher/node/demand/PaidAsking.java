package io.tributary.cacher.node.demand;

import io.netty.buffer.ByteBuf;
import io.tributary.cacher.node.demand.DemandMetrics.AskEnd;
import io.tributary.content.ByteRange;
import io.tributary.content.Layout;
import io.tributary.exchange.FragmentName;
import io.tributary.exchange.client.Fetch;
import io.tributary.exchange.client.FetchRequest;
import io.tributary.exchange.client.FetchResult;
import io.tributary.exchange.client.FragmentClient;
import io.tributary.exchange.client.Provider;
import io.tributary.ledger.PricePerGib;
import io.tributary.libp2p.multiformats.PeerId;
import io.tributary.region.placement.Placement;
import io.tributary.region.record.CacherRecord;
import io.tributary.region.record.SignedRecord;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * Has homes fetch fragments by buying the last bytes of them: a home that does not hold a fragment
 * gets it then, as for anybody who asks, and sends those bytes when all have come.
 *
 * <p>There is no message that makes a node fetch something for nothing, so nobody can be made to:
 * who asks pays, and is judged by the same limits as any reader. Thread-safe.
 */
public final class PaidAsking implements NextHomes {
  /** How many bytes are bought. */
  public static final int BOUGHT_BYTES = 4096;

  /** How long a home may take to say whether it holds a fragment. */
  public static final Duration ANSWER_WITHIN = Duration.ofSeconds(2);

  /** How long it may take to get it. */
  public static final Duration FETCH_WITHIN = Duration.ofSeconds(60);

  private final Optional<FragmentClient> client;
  private final PeerId self;
  private final Supplier<Placement> placement;
  private final Predicate<CacherRecord> isAcceptable;
  private final PricePerGib ceiling;

  /**
   * Asks the homes of a placement.
   *
   * @param client the way to buy something; empty to ask nobody
   * @param isAcceptable whom this node may deal with
   * @param ceiling the highest price that is paid
   */
  public PaidAsking(
      Optional<FragmentClient> client,
      PeerId self,
      Supplier<Placement> placement,
      Predicate<CacherRecord> isAcceptable,
      PricePerGib ceiling) {
    this.client = client;
    this.self = self;
    this.placement = placement;
    this.isAcceptable = isAcceptable;
    this.ceiling = ceiling;
  }

  @Override
  public int rank(FragmentName name, int atMost) {
    List<SignedRecord> homes = placement.get().homes(name.hash(), atMost);
    if (homes.isEmpty()) {
      return 0;
    }
    for (int i = 0; i < homes.size(); i++) {
      if (homes.get(i).record().peer().equals(self)) {
        return i;
      }
    }
    return -1;
  }

  @Override
  public CompletionStage<AskEnd> ask(FragmentName name, int rank) {
    List<SignedRecord> homes = placement.get().homes(name.hash(), rank + 1);
    if (homes.size() <= rank || client.isEmpty()) {
      return CompletableFuture.completedStage(AskEnd.NO_HOME);
    }
    CacherRecord home = homes.get(rank).record();
    if (home.peer().equals(self)
        || home.offer().price().compareTo(ceiling) > 0
        || !isAcceptable.test(home)) {
      return CompletableFuture.completedStage(AskEnd.NO_HOME);
    }
    Provider provider =
        new Provider(home.peer(), home.addresses(), Optional.of(home.offer().payout()));
    CompletableFuture<AskEnd> end = new CompletableFuture<>();
    FragmentClient by = client.get();
    by.have(provider, List.of(name.hash()), ANSWER_WITHIN)
        .whenComplete(
            (held, failure) -> {
              if (held == null) {
                end.complete(AskEnd.FAILED);
              } else if (held.get(0)) {
                end.complete(AskEnd.HELD);
              } else {
                buy(by, provider, name, end);
              }
            });
    return end;
  }

  private void buy(
      FragmentClient by, Provider provider, FragmentName name, CompletableFuture<AskEnd> end) {
    ByteRange last = new ByteRange(Layout.FRAGMENT_BYTES - BOUGHT_BYTES, BOUGHT_BYTES);
    Fetch fetch =
        by.fetch(provider, FetchRequest.range(name, last, ceiling, FETCH_WITHIN), ByteBuf::release);
    fetch.request(BOUGHT_BYTES);
    fetch
        .result()
        .whenComplete(
            (result, failure) -> {
              if (result instanceof FetchResult.Unverified unverified) {
                // What they are is of no interest, and they were sent: they are paid for.
                unverified.judgement().unknown();
              }
              end.complete(result == null ? AskEnd.FAILED : AskEnd.FILLED);
            });
  }
}
