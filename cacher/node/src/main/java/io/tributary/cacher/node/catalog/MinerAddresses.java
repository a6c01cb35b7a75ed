package io.tributary.cacher.node.catalog;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.tributary.content.AccountId;
import io.tributary.fetch.flight.SingleFlight;
import io.tributary.origin.chain.ChainClient;
import io.tributary.origin.chain.Miner;
import io.tributary.origin.upstream.Endpoint;
import io.tributary.origin.upstream.MalformedEndpointException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where storage miners are, by the chain. One question at a time for one miner. Bounded and
 * thread-safe; never waits.
 */
public final class MinerAddresses {
  private static final Logger log = LoggerFactory.getLogger(MinerAddresses.class);

  private final ChainClient chain;
  private final Cache<AccountId, Optional<Endpoint>> known;
  private final SingleFlight<AccountId, CompletableFuture<Optional<Endpoint>>> questions;

  /**
   * Knows of none yet.
   *
   * @param nanoTime a clock that never goes back
   */
  public MinerAddresses(ChainClient chain, CatalogSettings settings, LongSupplier nanoTime) {
    this.chain = chain;
    this.known =
        Caffeine.newBuilder()
            .maximumSize(settings.maxMiners())
            .expireAfterWrite(settings.minerLife())
            .ticker(nanoTime::getAsLong)
            .build();
    this.questions = new SingleFlight<>(settings.maxQuestions());
  }

  /** Looks a miner up; nothing if it is not there, its address makes no sense or nobody answers. */
  public CompletionStage<Optional<Endpoint>> find(AccountId miner) {
    Optional<Endpoint> remembered = known.getIfPresent(miner);
    if (remembered != null) {
      return CompletableFuture.completedFuture(remembered);
    }
    Optional<SingleFlight.Joined<CompletableFuture<Optional<Endpoint>>>> joined =
        questions.join(miner, each -> new CompletableFuture<>());
    if (joined.isEmpty()) {
      return CompletableFuture.completedFuture(Optional.empty());
    }
    CompletableFuture<Optional<Endpoint>> answer = joined.get().flight();
    if (joined.get().isNew()) {
      chain
          .miner(miner)
          .whenComplete(
              (told, failure) -> {
                Optional<Endpoint> endpoint = Optional.empty();
                if (told == null) {
                  log.debug("the chain does not tell where miner {} is", miner, failure);
                } else {
                  endpoint = told.flatMap(MinerAddresses::endpoint);
                  known.put(miner, endpoint);
                }
                questions.land(miner, answer);
                answer.complete(endpoint);
              });
    }
    return answer;
  }

  private static Optional<Endpoint> endpoint(Miner miner) {
    try {
      return Optional.of(Endpoint.parse(miner.endpoint()));
    } catch (MalformedEndpointException e) {
      log.debug("miner {} has no address that makes sense", miner.account(), e);
      return Optional.empty();
    }
  }

  /** Forgets where a miner is, as when nobody answers there. */
  public void forget(AccountId miner) {
    known.invalidate(miner);
  }
}
