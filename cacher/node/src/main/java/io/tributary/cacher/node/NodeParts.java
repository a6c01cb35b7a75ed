package io.tributary.cacher.node;

import io.tributary.cacher.node.demand.DemandMetrics;
import io.tributary.cacher.node.fill.FillMetrics;
import io.tributary.cacher.node.serve.Pace;
import io.tributary.cacher.node.serve.ServeMetrics;
import io.tributary.cacher.node.serve.ServingRules;
import io.tributary.cacher.store.hot.HotFragments;
import io.tributary.exchange.ExchangeMetrics;
import io.tributary.exchange.FragmentName;
import io.tributary.exchange.client.Payer;
import io.tributary.exchange.server.Payee;
import io.tributary.libp2p.Host;
import io.tributary.libp2p.time.Timekeeper;
import io.tributary.origin.chain.ChainClient;
import io.tributary.origin.miner.MinerClient;
import io.tributary.region.placement.Placement;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * What a {@link CacherNode} borrows; all stays its maker's, who closes it after the node.
 *
 * @param host where it is asked, and asks
 * @param hot where fragments are kept
 * @param chain the truth about files
 * @param miners reads from storage miners, each once: other sources are this node's to choose
 * @param placement the homes in its region as of now
 * @param rules who is served what
 * @param pace how fast peers are served
 * @param payee who is paid for what it serves
 * @param payer who pays siblings; empty to ask none
 * @param executor runs what computes or touches the disk: several threads, never an event loop
 * @param time what deadlines go by
 * @param random decides when an upstream that is not the best is tried
 * @param onStored told of each fragment that has been stored
 * @param metrics where counts go
 */
public record NodeParts(
    Host host,
    HotFragments hot,
    ChainClient chain,
    MinerClient miners,
    Supplier<Placement> placement,
    ServingRules rules,
    Pace pace,
    Payee payee,
    Optional<Payer> payer,
    Executor executor,
    Timekeeper time,
    RandomGenerator random,
    Consumer<FragmentName> onStored,
    Metrics metrics) {

  /**
   * Where a node's counts go.
   *
   * @param served what is served to peers
   * @param fetched what is fetched from siblings
   * @param fills what becomes of fills
   * @param answers how requests are answered
   * @param demand what is done about demand
   */
  public record Metrics(
      ExchangeMetrics served,
      ExchangeMetrics fetched,
      FillMetrics fills,
      ServeMetrics answers,
      DemandMetrics demand) {
    /** Counts nothing. */
    public static final Metrics NONE =
        new Metrics(
            ExchangeMetrics.NONE,
            ExchangeMetrics.NONE,
            FillMetrics.NONE,
            ServeMetrics.NONE,
            DemandMetrics.NONE);
  }
}
