package io.tributary.retriever.node;

import io.tributary.exchange.lane.SettledVouchers;
import io.tributary.ledger.EvmAddress;
import io.tributary.ledger.LaneId;
import io.tributary.ledger.SettlementDomain;
import io.tributary.ledger.Voucher;
import io.tributary.ledger.signature.Curve;
import io.tributary.ledger.signature.SigningKey;
import io.tributary.nodekit.network.NetworkProfile;
import io.tributary.reward.Chain;
import io.tributary.reward.ChainException;
import io.tributary.reward.ChainOptions;
import io.tributary.reward.EscrowViewOptions;
import io.tributary.reward.FinalEscrowView;
import io.tributary.reward.SettlementContract;
import io.tributary.reward.SettlementService;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;

/**
 * What the network's settlement contract has paid out, by its newest final block.
 *
 * <p>A node that lost its books goes on from there, rather than from zero, with vouchers that would
 * be worth nothing. The chain is asked on a thread of its own; until it has answered once nothing
 * is known of it, and a chain that cannot be asked keeps nobody from starting. Thread-safe.
 */
final class PaidOut implements SettledVouchers, AutoCloseable {
  /** How long after one look at the chain the next begins; lanes look when they are opened. */
  private static final Duration ASK_EVERY = Duration.ofSeconds(15);

  private final Chain chain;
  private final SigningKey onlooker;
  private final ScheduledExecutorService rounds;
  private final FinalEscrowView view;
  private final SettlementService service;

  private PaidOut(
      Chain chain, SigningKey onlooker, ScheduledExecutorService rounds, FinalEscrowView view) {
    this.chain = chain;
    this.onlooker = onlooker;
    this.rounds = rounds;
    this.view = view;
    this.service = SettlementService.start(view, Optional.empty(), rounds, ASK_EVERY);
  }

  /** Begins to read a contract. */
  static PaidOut watch(NetworkProfile.Settlement where, RetrieverRuntime runtime) {
    ChainOptions usual = ChainOptions.of(where.rpc());
    Chain chain =
        Chain.of(
            new ChainOptions(
                where.rpc(),
                usual.requestTimeout(),
                where.finalityBlocks(),
                usual.feeCeilingWei(),
                usual.tipWei(),
                usual.pollInterval(),
                usual.mineTimeout()),
            where.chainId());
    // A key of nobody: nothing is sent.
    SigningKey onlooker = SigningKey.generate(runtime.random(), Curve.fastest());
    FinalEscrowView view =
        new FinalEscrowView(
            contract(where, chain, onlooker),
            where.fromBlock(),
            EscrowViewOptions.defaults(),
            runtime.clock());
    return new PaidOut(chain, onlooker, newThread(), view);
  }

  private static SettlementContract contract(
      NetworkProfile.Settlement where, Chain chain, SigningKey as) {
    try {
      return SettlementContract.unchecked(chain, domain(where), as);
    } catch (ChainException e) {
      throw new IllegalStateException("the chain has the number it was made with", e);
    }
  }

  /** The contract that vouchers of a network are for. */
  static SettlementDomain domain(NetworkProfile.Settlement where) {
    return new SettlementDomain(where.chainId(), EvmAddress.parse(where.contract()));
  }

  private static ScheduledExecutorService newThread() {
    return Executors.newSingleThreadScheduledExecutor(
        task -> {
          Thread thread = new Thread(task, "settlement");
          thread.setDaemon(true);
          return thread;
        });
  }

  @Override
  public Optional<Voucher> settled(LaneId lane) {
    return view.settled(lane);
  }

  /** Looks at the chain no more; what waits for it is told that nobody answers. */
  @Override
  public void close() {
    service.close();
    rounds.shutdownNow();
    chain.close();
    onlooker.close();
  }
}
