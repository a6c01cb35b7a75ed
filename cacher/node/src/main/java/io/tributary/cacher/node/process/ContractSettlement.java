package io.tributary.cacher.node.process;

import io.tributary.cacher.node.CacherLog;
import io.tributary.cacher.node.config.CacherConfig;
import io.tributary.cacher.node.process.CacherRuntime.Settling;
import io.tributary.ledger.EvmAddress;
import io.tributary.ledger.SettlementDomain;
import io.tributary.ledger.book.Ledger;
import io.tributary.ledger.signature.SigningKey;
import io.tributary.nodekit.network.NetworkProfile;
import io.tributary.region.placement.StakeView;
import io.tributary.reward.Chain;
import io.tributary.reward.ChainException;
import io.tributary.reward.ChainOptions;
import io.tributary.reward.EscrowViewOptions;
import io.tributary.reward.FinalEscrowView;
import io.tributary.reward.RedeemPolicy;
import io.tributary.reward.Redeemer;
import io.tributary.reward.SettlementContract;
import io.tributary.reward.SettlementService;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;

/**
 * The network's settlement contract, as a cacher deals with it: what payers have and what has been
 * paid out is read from the first moment on, vouchers are redeemed from when the books are open.
 *
 * <p>The rounds are {@link SettlementService}'s; until the chain has answered once, nobody has
 * escrow, and a chain that cannot be asked keeps nobody from starting. Thread-safe.
 */
public final class ContractSettlement implements Redemptions, AutoCloseable {
  /** How long a redemption under way is waited for when the node stops. */
  public static final Duration END_WITHIN = Duration.ofSeconds(5);

  private final NetworkProfile.Settlement where;
  private final CacherConfig.Settlement how;
  private final Chain chain;
  private final SigningKey onlooker;
  private final ScheduledExecutorService rounds;
  private final InstantSource clock;
  private final FinalEscrowView view;
  private SettlementService service;

  /**
   * Begins to read a contract.
   *
   * @param onlooker a key of nobody: nothing is sent; closed with this
   * @param rounds where the chain and the disk are waited for; one thread, of nobody else
   */
  public ContractSettlement(
      NetworkProfile.Settlement where,
      CacherConfig.Settlement how,
      SigningKey onlooker,
      ScheduledExecutorService rounds,
      InstantSource clock) {
    this.where = where;
    this.how = how;
    this.onlooker = onlooker;
    this.rounds = rounds;
    this.clock = clock;
    ChainOptions usual = ChainOptions.of(where.rpc());
    this.chain =
        Chain.of(
            new ChainOptions(
                where.rpc(),
                how.answerWithin(),
                where.finalityBlocks(),
                usual.feeCeilingWei(),
                usual.tipWei(),
                usual.pollInterval(),
                usual.mineTimeout()),
            where.chainId());
    this.view =
        new FinalEscrowView(
            contract(onlooker),
            where.fromBlock(),
            new EscrowViewOptions(how.freshFor(), how.goodFor()),
            clock);
    this.service = start(Optional.empty());
  }

  private SettlementService start(Optional<Redeemer> redeemer) {
    return SettlementService.start(view, redeemer, rounds, how.askEvery());
  }

  private SettlementContract contract(SigningKey as) {
    try {
      return SettlementContract.unchecked(
          chain, new SettlementDomain(where.chainId(), EvmAddress.parse(where.contract())), as);
    } catch (ChainException e) {
      throw new IllegalStateException("the chain has the number it was made with", e);
    }
  }

  /** What a cacher is told of the chain. */
  public Settling settling() {
    return new Settling(view, view::settled, StakeView.NONE, this);
  }

  @Override
  public synchronized void begin(Ledger ledger, SigningKey gas) {
    service.close();
    service =
        start(
            Optional.of(
                new Redeemer(ledger, contract(gas), view, policy(), how.resendAfter(), clock)));
  }

  private RedeemPolicy policy() {
    RedeemPolicy usual = RedeemPolicy.defaults();
    return new RedeemPolicy(
        how.redeemWorth(), how.redeemWait(), usual.weiPerUnit(), usual.largestBatch());
  }

  @Override
  public void end() {
    SettlementService ended;
    synchronized (this) {
      ended = service;
    }
    if (!ended.stop(END_WITHIN)) {
      CacherLog.redemptionLeft(END_WITHIN);
    }
  }

  @Override
  public synchronized Optional<SettlementService.Status> status() {
    return Optional.of(service.status());
  }

  /** Looks at the chain no more; what waits for it is told that nobody answers. */
  @Override
  public void close() {
    synchronized (this) {
      service.close();
    }
    chain.close();
    onlooker.close();
  }
}
