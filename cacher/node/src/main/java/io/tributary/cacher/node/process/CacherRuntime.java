package io.tributary.cacher.node.process;

import io.tributary.exchange.lane.SettledVouchers;
import io.tributary.ledger.EscrowView;
import io.tributary.region.placement.StakeView;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ScheduledExecutorService;

/**
 * What a {@link Cacher} borrows from the program around it, which ends all of it after the cacher.
 *
 * @param executor runs what computes or touches the disk: several threads
 * @param journals writes the ledger: one thread is enough
 * @param timers short tasks at their time; of one thread
 * @param clock the time of day
 * @param random makes keys and choices
 * @param settling what is known of the chain that settles
 */
public record CacherRuntime(
    ExecutorService executor,
    ExecutorService journals,
    ScheduledExecutorService timers,
    Clock clock,
    SecureRandom random,
    Settling settling) {

  /**
   * What is known of the chain that settles vouchers.
   *
   * @param escrow what payers have
   * @param settled what has been paid out
   * @param stakes what cachers have staked
   * @param redemptions who redeems this node's vouchers
   */
  public record Settling(
      EscrowView escrow, SettledVouchers settled, StakeView stakes, Redemptions redemptions) {
    /** Nothing is ever paid out, and nobody has staked; for networks without a contract. */
    public static Settling by(EscrowView escrow) {
      return new Settling(escrow, SettledVouchers.NONE, StakeView.NONE, Redemptions.NONE);
    }
  }
}
