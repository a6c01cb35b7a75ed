package io.tributary.cacher.node.process;

import io.tributary.ledger.book.Ledger;
import io.tributary.ledger.signature.SigningKey;
import io.tributary.reward.SettlementService;
import java.util.Optional;

/** Who turns a cacher's vouchers into money while it runs. Thread-safe. */
public interface Redemptions {
  /** Nobody: in networks without a contract. */
  Redemptions NONE =
      new Redemptions() {
        @Override
        public void begin(Ledger ledger, SigningKey gas) {}

        @Override
        public void end() {}

        @Override
        public Optional<SettlementService.Status> status() {
          return Optional.empty();
        }
      };

  /**
   * Begins to redeem what is in the books, when it is worth it.
   *
   * @param ledger stays open until {@link #end}
   * @param gas the account that pays for the transactions; stays open likewise
   */
  void begin(Ledger ledger, SigningKey gas);

  /**
   * Redeems no more, and waits a few seconds for what is under way; what is not over by then goes
   * on where it is at the next start.
   */
  void end();

  /** How far the chain and the redemptions are; empty where there is no contract. */
  Optional<SettlementService.Status> status();
}
