package io.tributary.reward;

import io.tributary.ledger.Amount;
import io.tributary.ledger.Escrow;
import io.tributary.ledger.EscrowView;
import io.tributary.ledger.EvmAddress;
import io.tributary.ledger.LaneId;
import io.tributary.ledger.Voucher;
import io.tributary.reward.Chain.BlockId;
import io.tributary.reward.ChainException.Reason;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.web3j.protocol.core.methods.response.Log;

/**
 * The escrow that the contract's events add up to, by the newest final block.
 *
 * <p>{@link #escrow} and {@link #status} answer at once from memory, on any thread. {@link
 * #refresh} waits for the chain and is called by one thread at a time, every few seconds. When the
 * chain cannot be asked, the view says that it is stale and keeps its last answers for a while, so
 * that a node serves on within its exposure limits; it catches up by itself when the chain is back.
 */
public final class FinalEscrowView implements EscrowView {
  private final SettlementContract contract;
  private final long firstBlock;
  private final EscrowViewOptions options;
  private final InstantSource clock;

  private volatile Known known = new Known();
  private volatile Optional<String> trouble = Optional.empty();

  /**
   * What one refresh after the other knows; replaced as a whole when the chain changed its past.
   */
  private static final class Known {
    final EscrowBook book = new EscrowBook();
    volatile Optional<BlockId> read = Optional.empty();
    volatile Optional<Instant> freshAt = Optional.empty();
  }

  /** How far the view can be relied on. */
  public enum State {
    /** The chain has not been asked with success: nobody has escrow. */
    UNKNOWN,
    /** The chain was asked a moment ago. */
    FRESH,
    /** The chain does not answer; the last answers still count. */
    STALE,
    /** The chain has not answered for too long: nobody has escrow until it does. */
    EXPIRED
  }

  /**
   * How far the view can be relied on, and why.
   *
   * @param state in a word
   * @param freshAt when the chain was last asked with success
   * @param block the last final block that was read
   * @param trouble why the chain cannot be asked now
   */
  public record Status(
      State state, Optional<Instant> freshAt, Optional<Long> block, Optional<String> trouble) {}

  /**
   * A view that knows nothing until it is refreshed.
   *
   * @param firstBlock the block in which the contract was made; events are read from there
   */
  public FinalEscrowView(
      SettlementContract contract,
      long firstBlock,
      EscrowViewOptions options,
      InstantSource clock) {
    this.contract = contract;
    this.firstBlock = firstBlock;
    this.options = options;
    this.clock = clock;
  }

  @Override
  public Optional<Escrow> escrow(LaneId lane, EvmAddress signer) {
    Known now = known;
    Instant time = clock.instant();
    return switch (state(now, time)) {
      case FRESH, STALE -> now.book.escrow(lane, signer, time.getEpochSecond());
      case UNKNOWN, EXPIRED -> Optional.empty();
    };
  }

  private State state(Known now, Instant time) {
    if (now.freshAt.isEmpty()) {
      return State.UNKNOWN;
    }
    Duration age = Duration.between(now.freshAt.get(), time);
    if (age.compareTo(options.longestAge()) > 0) {
      return State.EXPIRED;
    }
    return age.compareTo(options.freshFor()) > 0 ? State.STALE : State.FRESH;
  }

  /** How far the view can be relied on. */
  public Status status() {
    Known now = known;
    return new Status(
        state(now, clock.instant()), now.freshAt, now.read.map(BlockId::number), trouble);
  }

  /** What was ever redeemed on a lane, by the newest final block. */
  public Amount redeemed(LaneId lane) {
    return known.book.redeemed(lane);
  }

  /**
   * The voucher up to which a lane has been paid, by the newest final block; empty if nothing has.
   * It was signed by the payer, so its bytes are the payer's word; the chain does not tell until
   * when it was good.
   */
  public Optional<Voucher> settled(LaneId lane) {
    return known.book.settled(lane);
  }

  /**
   * Whether a part of what a lane is paid from is being called back: free escrow, the payee's
   * reservation, or a signer of the lane. Its vouchers should be redeemed before that is over.
   */
  public boolean isLeaving(LaneId lane) {
    return known.book.isLeaving(lane);
  }

  /** The last final block that was read. */
  Optional<BlockId> read() {
    return known.read;
  }

  /**
   * Reads the events of the blocks that became final since the last time.
   *
   * @throws ChainException if the chain cannot be asked; what is known stays
   */
  public void refresh() throws ChainException {
    try {
      contract.check();
      readOn();
      trouble = Optional.empty();
    } catch (ChainException e) {
      trouble = Optional.of(e.reason() + ": " + e.getMessage());
      throw e;
    }
  }

  private void readOn() throws ChainException {
    Chain chain = contract.chain();
    long last = chain.finalBlock();
    Known now = known;
    if (now.read.isPresent() && last >= now.read.get().number()) {
      BlockId read = now.read.get();
      if (!block(read.number()).hash().equals(read.hash())) {
        SettlementLog.finalBlockChanged(read.number(), chain.options().finalityDepth());
        now = new Known();
      }
    }
    long from = now.read.map(read -> read.number() + 1).orElse(firstBlock);
    while (from <= last) {
      long to = Math.min(last, from + Chain.MAX_LOG_BLOCKS - 1);
      apply(now, from, to);
      from = to + 1;
    }
    if (now.read.isPresent() && last < now.read.get().number()) {
      throw behind(now.read.get().number());
    }
    now.freshAt = Optional.of(clock.instant());
    known = now;
  }

  /**
   * Adds the events of some blocks, all or none: endpoints may change in between, and one that is
   * behind, or on another branch, may leave out events without a word.
   */
  private void apply(Known now, long from, long to) throws ChainException {
    BlockId before = block(to);
    List<Log> logs = contract.chain().logs(contract.address(), from, to);
    if (!block(to).equals(before)) {
      throw new ChainException(
          Reason.REFUSED, "block " + to + " changed while it was read; it is read again");
    }
    try {
      logs.forEach(now.book::apply);
    } catch (RuntimeException e) {
      // Half of them may be in the sums: begin anew, rather than count one twice.
      known = new Known();
      throw new ChainException(
          Reason.REFUSED, "an endpoint gave an event that cannot be read: " + e, e);
    }
    now.read = Optional.of(before);
  }

  private BlockId block(long number) throws ChainException {
    return contract.chain().block(number).orElseThrow(() -> behind(number));
  }

  private static ChainException behind(long block) {
    return new ChainException(
        Reason.REFUSED, "the endpoint that answers is behind: it does not have block " + block);
  }
}
