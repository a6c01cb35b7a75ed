package io.tributary.cacher.node.process;

import io.tributary.ledger.Escrow;
import io.tributary.ledger.EscrowView;
import io.tributary.ledger.EvmAddress;
import io.tributary.ledger.LaneId;
import io.tributary.ledger.SettlementDomain;
import io.tributary.ledger.signature.SigningKey;
import io.tributary.nodekit.network.NetworkProfile;
import io.tributary.reward.Chain;
import io.tributary.reward.ChainException;
import io.tributary.reward.ChainOptions;
import io.tributary.reward.EscrowViewOptions;
import io.tributary.reward.FinalEscrowView;
import io.tributary.reward.SettlementContract;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Escrow by the network's settlement contract, read again and again. Until the chain has answered
 * once, nobody has any; a chain that cannot be asked keeps nobody from starting. Thread-safe.
 */
public final class ContractEscrow implements EscrowView, AutoCloseable {
  /** How often the chain is asked. */
  static final Duration REFRESH_EVERY = Duration.ofSeconds(3);

  private static final Logger log = LoggerFactory.getLogger("cacher.node");

  private final NetworkProfile.Settlement settlement;
  private final Chain chain;
  private final SigningKey onlooker;
  private final InstantSource clock;
  private final ScheduledFuture<?> refreshing;
  private volatile Optional<FinalEscrowView> view = Optional.empty();
  private boolean isRunning;
  private boolean isInTrouble;

  /**
   * Begins to read a contract.
   *
   * @param onlooker a key of nobody: nothing is sent
   * @param executor where the chain is waited for
   */
  public ContractEscrow(
      NetworkProfile.Settlement settlement,
      SigningKey onlooker,
      ScheduledExecutorService timers,
      Executor executor,
      InstantSource clock) {
    this.settlement = settlement;
    this.onlooker = onlooker;
    this.clock = clock;
    ChainOptions usual = ChainOptions.of(settlement.rpc());
    this.chain =
        Chain.of(
            new ChainOptions(
                settlement.rpc(),
                usual.requestTimeout(),
                settlement.finalityBlocks(),
                usual.feeCeilingWei(),
                usual.tipWei(),
                usual.pollInterval(),
                usual.mineTimeout()),
            settlement.chainId());
    this.refreshing =
        timers.scheduleWithFixedDelay(
            () -> executor.execute(this::refresh),
            0,
            REFRESH_EVERY.toMillis(),
            TimeUnit.MILLISECONDS);
  }

  @Override
  public Optional<Escrow> escrow(LaneId lane, EvmAddress signer) {
    return view.flatMap(each -> each.escrow(lane, signer));
  }

  private void refresh() {
    synchronized (this) {
      if (isRunning) {
        return;
      }
      isRunning = true;
    }
    try {
      if (view.isEmpty()) {
        view = Optional.of(open());
      }
      view.get().refresh();
      if (isInTrouble) {
        log.info("the settlement chain answers again");
      }
      isInTrouble = false;
    } catch (ChainException e) {
      if (!isInTrouble) {
        log.warn(
            "the settlement chain cannot be asked ({}: {}); payers known so far are served on for a"
                + " while, new ones are not",
            e.reason(),
            e.getMessage());
      }
      isInTrouble = true;
    } finally {
      synchronized (this) {
        isRunning = false;
      }
    }
  }

  private FinalEscrowView open() throws ChainException {
    return new FinalEscrowView(
        SettlementContract.at(
            chain,
            new SettlementDomain(settlement.chainId(), EvmAddress.parse(settlement.contract())),
            onlooker),
        settlement.fromBlock(),
        EscrowViewOptions.defaults(),
        clock);
  }

  @Override
  public void close() {
    refreshing.cancel(false);
    chain.close();
    onlooker.close();
  }
}
