package io.tributary.cacher.node.process;

import io.tributary.ledger.Escrow;
import io.tributary.ledger.EscrowView;
import io.tributary.ledger.EvmAddress;
import io.tributary.ledger.LaneId;
import io.tributary.ledger.SettlementDomain;
import io.tributary.ledger.book.Ledger;
import io.tributary.ledger.journal.JournalException;
import io.tributary.ledger.signature.SigningKey;
import io.tributary.nodekit.network.NetworkProfile;
import io.tributary.reward.Chain;
import io.tributary.reward.ChainException;
import io.tributary.reward.ChainOptions;
import io.tributary.reward.EscrowViewOptions;
import io.tributary.reward.FinalEscrowView;
import io.tributary.reward.RedeemPolicy;
import io.tributary.reward.Redeemer;
import io.tributary.reward.SettlementContract;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Escrow by the network's settlement contract, read again and again, and the cacher's own vouchers
 * redeemed there when it is worth the gas. Until the chain has answered once, nobody has any; a
 * chain that cannot be asked keeps nobody from starting. Thread-safe.
 */
public final class ContractEscrow implements EscrowView, Redemptions, AutoCloseable {
  /** How often the chain is asked. */
  static final Duration REFRESH_EVERY = Duration.ofSeconds(3);

  /** How long a transaction may be in no block before it is signed anew. */
  private static final Duration PATIENCE = Duration.ofMinutes(10);

  private static final Logger log = LoggerFactory.getLogger("cacher.node");

  private final NetworkProfile.Settlement settlement;
  private final Chain chain;
  private final SigningKey onlooker;
  private final InstantSource clock;
  private final ScheduledFuture<?> refreshing;
  private volatile Optional<FinalEscrowView> view = Optional.empty();
  private final Object redeeming = new Object();
  private Optional<Earner> earner = Optional.empty();
  private volatile Optional<Redeemer> redeemer = Optional.empty();
  private boolean isRunning;
  private boolean isInTrouble;

  /** Whose vouchers are redeemed. */
  private record Earner(Ledger ledger, SigningKey gas) {}

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
      redeem(view.get());
      if (isInTrouble) {
        log.info("settlement goes on");
      }
      isInTrouble = false;
    } catch (ChainException e) {
      if (!isInTrouble) {
        log.warn(
            "settlement waits ({}: {}); payers known so far are served on for a while, new ones are"
                + " not",
            e.reason(),
            e.getMessage());
      }
      isInTrouble = true;
    } catch (JournalException e) {
      if (!isInTrouble) {
        log.warn("vouchers are not redeemed, the books cannot be written: {}", e.reason());
      }
      isInTrouble = true;
    } finally {
      synchronized (this) {
        isRunning = false;
      }
    }
  }

  private void redeem(FinalEscrowView known) throws ChainException, JournalException {
    synchronized (redeeming) {
      if (earner.isEmpty()) {
        return;
      }
      if (redeemer.isEmpty()) {
        redeemer =
            Optional.of(
                new Redeemer(
                    earner.get().ledger(),
                    contract(earner.get().gas()),
                    known,
                    RedeemPolicy.defaults(),
                    PATIENCE,
                    clock));
      }
      redeemer.get().step();
    }
  }

  private FinalEscrowView open() throws ChainException {
    return new FinalEscrowView(
        contract(onlooker), settlement.fromBlock(), EscrowViewOptions.defaults(), clock);
  }

  private SettlementContract contract(SigningKey as) throws ChainException {
    return SettlementContract.at(
        chain,
        new SettlementDomain(settlement.chainId(), EvmAddress.parse(settlement.contract())),
        as);
  }

  @Override
  public void begin(Ledger ledger, SigningKey gas) {
    synchronized (redeeming) {
      earner = Optional.of(new Earner(ledger, gas));
    }
  }

  @Override
  public void end() {
    synchronized (redeeming) {
      earner = Optional.empty();
      redeemer = Optional.empty();
    }
  }

  @Override
  public Map<String, ?> status() {
    Map<String, Object> tree = new LinkedHashMap<>();
    Optional<FinalEscrowView.Status> read = view.map(FinalEscrowView::status);
    tree.put("escrow", read.map(each -> each.state().name()).orElse("UNKNOWN"));
    read.flatMap(FinalEscrowView.Status::freshAt)
        .ifPresent(at -> tree.put("readAt", at.toString()));
    read.flatMap(FinalEscrowView.Status::block).ifPresent(block -> tree.put("block", block));
    read.flatMap(FinalEscrowView.Status::trouble).ifPresent(why -> tree.put("trouble", why));
    redeemer
        .map(Redeemer::status)
        .ifPresent(
            each -> {
              tree.put("redeemed", each.redeemed().toString());
              tree.put("waiting", each.waiting().toString());
              each.latest()
                  .ifPresent(
                      last -> {
                        tree.put("redemption", last.state().name());
                        tree.put("redemptionNote", last.note());
                      });
            });
    return tree;
  }

  @Override
  public void close() {
    refreshing.cancel(false);
    chain.close();
    onlooker.close();
  }
}
