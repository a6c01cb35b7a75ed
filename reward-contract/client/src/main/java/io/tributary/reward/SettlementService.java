package io.tributary.reward;

import io.tributary.ledger.journal.JournalException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Settlement as a node runs it: looks at the chain every few seconds, keeps the view of escrow up
 * to date and redeems what is worth it. Without a chain it waits, and catches up when it is back.
 *
 * <p>{@link #status} may be asked on any thread. Closing it stops the next round, not one under
 * way; {@link #stop} waits for that one too.
 */
public final class SettlementService implements AutoCloseable {
  private final FinalEscrowView view;
  private final Optional<Redeemer> redeemer;
  private final ScheduledFuture<?> rounds;
  private final ReentrantLock underWay = new ReentrantLock();
  private volatile boolean isStopped;
  private volatile Optional<String> trouble = Optional.empty();

  private SettlementService(
      FinalEscrowView view,
      Optional<Redeemer> redeemer,
      ScheduledExecutorService executor,
      Duration every) {
    this.view = view;
    this.redeemer = redeemer;
    this.rounds =
        executor.scheduleWithFixedDelay(this::round, 0, every.toMillis(), TimeUnit.MILLISECONDS);
  }

  /**
   * What settlement is at.
   *
   * @param escrow how far the view of escrow can be relied on; STALE without a chain
   * @param redemptions what was redeemed; empty for a node that only pays
   * @param trouble why the last round failed
   */
  public record Status(
      FinalEscrowView.Status escrow,
      Optional<RedeemerStatus> redemptions,
      Optional<String> trouble) {}

  /**
   * Begins.
   *
   * @param redeemer of the node's vouchers; empty for a node that only pays
   * @param executor runs the rounds, one at a time; they wait for the chain and the disk
   * @param every how long after one round the next begins
   */
  public static SettlementService start(
      FinalEscrowView view,
      Optional<Redeemer> redeemer,
      ScheduledExecutorService executor,
      Duration every) {
    return new SettlementService(view, redeemer, executor, every);
  }

  /** What settlement is at. */
  public Status status() {
    return new Status(view.status(), redeemer.map(Redeemer::status), trouble);
  }

  private void round() {
    underWay.lock();
    try {
      if (!isStopped) {
        lookAndRedeem();
      }
    } finally {
      underWay.unlock();
    }
  }

  private void lookAndRedeem() {
    try {
      view.refresh();
      if (redeemer.isPresent()) {
        redeemer.get().step();
      }
      if (trouble.isPresent()) {
        SettlementLog.goesOn();
        trouble = Optional.empty();
      }
    } catch (ChainException e) {
      troubled(e.reason() + ": " + e.getMessage());
    } catch (JournalException e) {
      troubled(e.reason() + ": " + e.getMessage());
    } catch (RuntimeException e) {
      // The executor would never call again. Whoever stopped this has closed books and keys.
      if (trouble.isEmpty() && !isStopped) {
        SettlementLog.failed(e);
      }
      trouble = Optional.of("a bug of ours: " + e);
    }
  }

  /** Says what is wrong when it begins, not each time. */
  private void troubled(String why) {
    if (trouble.isEmpty() && !isStopped) {
      SettlementLog.waits(why);
    }
    trouble = Optional.of(why);
  }

  /**
   * Begins no more rounds, and waits until the one under way is over: from then on neither books
   * nor keys are used.
   *
   * @param atMost a round can take as long as all endpoints' timeouts together
   * @return whether none is under way; one that still is ends by itself, and finds closed books and
   *     keys, which cost nothing: what it began is in the books, or was not sent
   */
  public boolean stop(Duration atMost) {
    close();
    try {
      if (underWay.tryLock(atMost.toNanos(), TimeUnit.NANOSECONDS)) {
        underWay.unlock();
        return true;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return false;
  }

  @Override
  public void close() {
    isStopped = true;
    rounds.cancel(false);
  }
}
