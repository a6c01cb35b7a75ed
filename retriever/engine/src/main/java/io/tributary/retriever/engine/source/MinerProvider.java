package io.tributary.retriever.engine.source;

import com.github.benmanes.caffeine.cache.AsyncCache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.tributary.content.AccountId;
import io.tributary.content.ByteRange;
import io.tributary.content.Placement;
import io.tributary.exchange.FragmentName;
import io.tributary.fetch.Source;
import io.tributary.fetch.SourceKind;
import io.tributary.origin.chain.ChainClient;
import io.tributary.origin.chain.Miner;
import io.tributary.origin.miner.FragmentSource;
import io.tributary.origin.miner.MinerClient;
import io.tributary.origin.upstream.Endpoint;
import io.tributary.origin.upstream.MalformedEndpointException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;

/**
 * The storage miner that keeps a fragment for good, by the file's placement. It gives whole
 * fragments only.
 */
public final class MinerProvider implements FragmentProvider {
  /** How many miners' addresses are remembered. */
  public static final int MAX_ADDRESSES = 16_384;

  /** How long they are believed. */
  public static final Duration ADDRESS_FOR = Duration.ofSeconds(60);

  private final ChainClient chain;
  private final MinerClient client;
  private final AsyncCache<AccountId, Optional<Endpoint>> addresses;

  /**
   * @param chain knows where miners are
   * @param client asks them; should not try again by itself, since there are other columns
   * @param nanoTime a clock that never goes back
   */
  public MinerProvider(ChainClient chain, MinerClient client, LongSupplier nanoTime) {
    this.chain = chain;
    this.client = client;
    this.addresses =
        Caffeine.newBuilder()
            .maximumSize(MAX_ADDRESSES)
            .expireAfterWrite(ADDRESS_FOR)
            .ticker(nanoTime::getAsLong)
            .executor(Runnable::run)
            .buildAsync();
  }

  @Override
  public Search locate(FragmentWanted wanted, int atOnce, Listener listener) {
    Placement.Seat seat = wanted.file().placement().seat(wanted.segment(), wanted.column());
    FragmentName name = wanted.name();
    CompletableFuture<Optional<Endpoint>> address =
        addresses.get(
            seat.miner(),
            (account, executor) ->
                chain
                    .miner(account)
                    .thenApply(
                        found ->
                            found
                                .filter(miner -> miner.state() != Miner.State.EXIT)
                                .flatMap(MinerProvider::endpoint)));
    var unused =
        address.whenComplete(
            (endpoint, failure) -> {
              if (failure == null && endpoint.isPresent()) {
                Source source = new Source(SourceKind.MINER, seat.miner().toString());
                listener.onOffer(
                    new MinerOffer(
                        source,
                        new FragmentSource(endpoint.get(), name.fid(), name.hash()),
                        client));
              }
              listener.onDone();
            });
    return () -> {};
  }

  private static Optional<Endpoint> endpoint(Miner miner) {
    try {
      return Optional.of(Endpoint.parse(miner.endpoint()));
    } catch (MalformedEndpointException e) {
      return Optional.empty();
    }
  }

  private record MinerOffer(Source source, FragmentSource where, MinerClient client)
      implements FragmentOffer {
    @Override
    public boolean givesRanges() {
      return false;
    }

    @Override
    public Fetching fetch(ByteRange range, Duration deadline, Sink sink) {
      return UpstreamSink.fetching(client.stream(where, new UpstreamSink(sink)), true);
    }
  }
}
