package io.tributary.reward;

import io.tributary.ledger.Amount;
import io.tributary.ledger.Escrow;
import io.tributary.ledger.EscrowView;
import io.tributary.ledger.EvmAddress;
import io.tributary.ledger.LaneId;
import io.tributary.reward.Chain.BlockId;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.web3j.protocol.core.methods.response.Log;

/**
 * The escrow that the contract's events add up to, by the newest final block.
 *
 * <p>{@link #escrow} answers at once from memory, on any thread. {@link #refresh} waits for the
 * chain and is called by one thread at a time, every few seconds. When the chain cannot be asked,
 * the view keeps its last answer for a while, so that a node serves on within its limits.
 */
public final class FinalEscrowView implements EscrowView {
  private static final Logger LOG = LoggerFactory.getLogger(FinalEscrowView.class);

  /** How many blocks are asked for at once; endpoints refuse long ranges. */
  private static final int BLOCKS_A_REQUEST = 2_000;

  private final SettlementContract contract;
  private final long firstBlock;
  private final Duration longestAge;
  private final InstantSource clock;

  private volatile State state;

  /**
   * What one refresh after the other knows; replaced as a whole when the chain changed its past.
   */
  private static final class State {
    final EscrowBook book = new EscrowBook();
    Optional<BlockId> read = Optional.empty();
    volatile Instant freshAt = Instant.MIN;
  }

  /**
   * A view that knows nothing until it is refreshed.
   *
   * @param firstBlock the block in which the contract was made; events are read from there
   * @param longestAge how long an answer is good when the chain cannot be asked
   */
  public FinalEscrowView(
      SettlementContract contract, long firstBlock, Duration longestAge, InstantSource clock) {
    this.contract = contract;
    this.firstBlock = firstBlock;
    this.longestAge = longestAge;
    this.clock = clock;
    this.state = new State();
  }

  @Override
  public Optional<Escrow> escrow(LaneId lane, EvmAddress signer) {
    State now = state;
    Instant time = clock.instant();
    if (now.freshAt.equals(Instant.MIN) || now.freshAt.plus(longestAge).isBefore(time)) {
      return Optional.empty();
    }
    return now.book.escrow(lane, signer, time.getEpochSecond());
  }

  /** What was ever redeemed on a lane, by the newest final block. */
  public Amount redeemed(LaneId lane) {
    return state.book.redeemed(lane);
  }

  /** When the chain was last asked with success; empty if never. */
  public Optional<Instant> freshAt() {
    Instant at = state.freshAt;
    return at.equals(Instant.MIN) ? Optional.empty() : Optional.of(at);
  }

  /**
   * Reads the events of the blocks that became final since the last time.
   *
   * @throws ChainException if the chain cannot be asked; what is known stays
   */
  public void refresh() throws ChainException {
    Chain chain = contract.sender().chain();
    long last = chain.finalBlock();
    State now = state;
    if (now.read.isPresent()) {
      BlockId read = now.read.get();
      if (!chain.block(read.number()).equals(now.read)) {
        LOG.warn(
            "the chain changed block {}, {} blocks below its head, which had counted as final: all"
                + " escrow is read again. finalityDepth may be too small for this chain",
            read.number(),
            chain.options().finalityDepth());
        now = new State();
      }
    }
    long from = now.read.map(read -> read.number() + 1).orElse(firstBlock);
    while (from <= last) {
      long to = Math.min(last, from + BLOCKS_A_REQUEST - 1);
      Optional<BlockId> end = chain.block(to);
      for (Log each : contract.sender().chain().logs(contract.address(), from, to)) {
        now.book.apply(each);
      }
      now.read = end;
      from = to + 1;
    }
    now.freshAt = clock.instant();
    state = now;
  }
}
