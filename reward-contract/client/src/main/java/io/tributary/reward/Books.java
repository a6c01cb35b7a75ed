package io.tributary.reward;

import io.tributary.ledger.Amount;
import io.tributary.ledger.Hash256;
import io.tributary.ledger.LaneId;
import io.tributary.ledger.SignedVoucher;
import io.tributary.ledger.book.LaneBook;
import io.tributary.ledger.book.Ledger;
import io.tributary.ledger.book.LedgerRecord;
import io.tributary.ledger.book.LedgerRecord.RedeemDone;
import io.tributary.ledger.book.LedgerRecord.RedeemIntent;
import io.tributary.ledger.journal.Journal.DurableListener;
import io.tributary.ledger.journal.JournalException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;

/** A node's ledger, as a redeemer reads and writes it. */
final class Books {
  private static final int DISK_TIMEOUT_SECONDS = 30;

  private final Ledger ledger;

  Books(Ledger ledger) {
    this.ledger = ledger;
  }

  List<LaneBook> lanes() {
    return ledger.lanes();
  }

  /** What the books know to be redeemed on a lane. */
  Amount redeemed(LaneId lane) {
    return ledger.lane(lane).redeemed().map(RedeemDone::amount).orElse(Amount.ZERO);
  }

  /** What lanes' vouchers grant and the final chain, as the books know it, has not paid. */
  Amount unredeemed(Collection<LaneBook> lanes) {
    return lanes.stream().map(LaneBook::unredeemed).reduce(Amount.ZERO, Amount::plus);
  }

  /** What vouchers are worth. */
  Amount value(Collection<SignedVoucher> vouchers) {
    return unredeemed(vouchers.stream().map(each -> ledger.lane(each.voucher().lane())).toList());
  }

  /** The best vouchers of some lanes. */
  List<SignedVoucher> vouchers(Collection<LaneId> lanes) {
    return lanes.stream().flatMap(lane -> ledger.lane(lane).received().stream()).toList();
  }

  /** The vouchers that are worth most, of lanes that are wanted. */
  List<SignedVoucher> best(int most, Instant now, Predicate<LaneId> isWanted) {
    return ledger.lanes().stream()
        .filter(book -> !book.unredeemed().isZero() && isWanted.test(book.lane()))
        .sorted(Comparator.comparing(LaneBook::unredeemed).reversed())
        .flatMap(book -> book.received().stream())
        .filter(signed -> !signed.voucher().isExpiredAt(now))
        .limit(most)
        .toList();
  }

  /** All redemptions that were begun and have no end. */
  List<RedeemIntent> intents() {
    return ledger.lanes().stream().flatMap(book -> book.redeeming().stream()).toList();
  }

  /** The block by which something was last redeemed. */
  OptionalLong lastRedeemedBlock() {
    return ledger.lanes().stream()
        .flatMap(book -> book.redeemed().stream())
        .mapToLong(RedeemDone::block)
        .max();
  }

  static Hash256 hash(RedeemIntent intent) {
    return Hash256.hashing(intent.transaction().toBytes());
  }

  /** Writes records down and waits until they are durable. */
  void write(List<? extends LedgerRecord> entries) throws JournalException {
    List<CompletableFuture<Long>> durable = new ArrayList<>();
    for (LedgerRecord entry : entries) {
      CompletableFuture<Long> each = new CompletableFuture<>();
      ledger.record(
          entry,
          new DurableListener() {
            @Override
            public void onDurable(long sequence) {
              each.complete(sequence);
            }

            @Override
            public void onFailed(JournalException cause) {
              each.completeExceptionally(cause);
            }
          });
      durable.add(each);
    }
    for (CompletableFuture<Long> each : durable) {
      await(each);
    }
  }

  private static void await(CompletableFuture<Long> durable) throws JournalException {
    try {
      durable.get(DISK_TIMEOUT_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof JournalException journal) {
        throw journal;
      }
      throw new IllegalStateException(e);
    } catch (TimeoutException e) {
      throw new JournalException(
          JournalException.Reason.OVERLOADED,
          "the disk took longer than " + DISK_TIMEOUT_SECONDS + " s",
          e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new JournalException(
          JournalException.Reason.OVERLOADED, "the wait for the disk was interrupted", e);
    }
  }
}
