package io.tributary.cacher.node.process;

import io.tributary.ledger.book.Ledger;
import io.tributary.ledger.signature.SigningKey;
import java.util.Map;

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
        public Map<String, ?> status() {
          return Map.of();
        }
      };

  /**
   * Begins to redeem what is in the books, when it is worth it.
   *
   * @param ledger stays open until {@link #end}
   * @param gas the account that pays for the transactions; stays open likewise
   */
  void begin(Ledger ledger, SigningKey gas);

  /** Waits for what is under way and redeems no more. */
  void end();

  /** How far the chain and the redemptions are, as a tree for JSON. */
  Map<String, ?> status();
}
