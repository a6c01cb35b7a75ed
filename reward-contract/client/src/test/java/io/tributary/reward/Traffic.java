package io.tributary.reward;

import io.tributary.ledger.EvmAddress;
import io.tributary.ledger.LaneId;
import io.tributary.ledger.PricePerGib;
import io.tributary.ledger.book.Ledger;
import io.tributary.ledger.book.LedgerRecord;
import io.tributary.ledger.credit.CreditTerms;
import io.tributary.ledger.journal.Journal.DurableListener;
import io.tributary.ledger.journal.JournalException;
import io.tributary.ledger.journal.JournalOptions;
import io.tributary.ledger.signature.SigningKey;
import java.util.concurrent.CompletableFuture;

/** What the two processes of the end-to-end test agree about: who delivers how much to whom. */
final class Traffic {
  static final int PAYEES = 100;
  static final int STEPS = 8;
  static final long STEP_BYTES = 256 << 10;
  static final long LANE = 3;
  static final CreditTerms TERMS = CreditTerms.defaults();

  /** No round number, so that rounding shows. */
  static final PricePerGib PRICE = PricePerGib.of(7_654_321_987_654_321_987L);

  static final JournalOptions JOURNAL = new JournalOptions(1 << 20, 1 << 10, 1 << 20, 1, 1);

  private Traffic() {}

  static SigningKey payer() {
    return Stage.key(1);
  }

  static SigningKey payee(int number) {
    return Stage.key(1_000 + number);
  }

  static LaneId lane(EvmAddress payee) {
    return new LaneId(payer().address(), payee, LANE);
  }

  /** What a payee delivers in all; not the same for each. */
  static long targetBytes(int payee) {
    return STEP_BYTES * STEPS + payee * 1_001L;
  }

  /** Writes a record and waits until it is durable. */
  static void write(Ledger ledger, LedgerRecord entry) {
    CompletableFuture<Long> durable = new CompletableFuture<>();
    ledger.record(
        entry,
        new DurableListener() {
          @Override
          public void onDurable(long sequence) {
            durable.complete(sequence);
          }

          @Override
          public void onFailed(JournalException cause) {
            durable.completeExceptionally(cause);
          }
        });
    durable.join();
  }
}
