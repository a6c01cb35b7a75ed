package io.tributary.ledger.book;

import io.tributary.ledger.Amount;
import io.tributary.ledger.LaneId;
import io.tributary.ledger.SettlementDomain;
import io.tributary.ledger.SignedVoucher;
import io.tributary.ledger.book.LedgerRecord.Config;
import io.tributary.ledger.book.LedgerRecord.EpochClose;
import io.tributary.ledger.book.LedgerRecord.RedeemDone;
import io.tributary.ledger.book.LedgerRecord.RedeemIntent;
import io.tributary.ledger.book.LedgerRecord.VoucherIn;
import io.tributary.ledger.book.LedgerRecord.VoucherLimit;
import io.tributary.ledger.book.LedgerRecord.VoucherOut;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/** The state that records add up to. Applied by one thread at a time, read by any. */
final class Books {
  private final Map<LaneId, LaneBook> lanes = new ConcurrentHashMap<>();
  private volatile Optional<EpochClose> lastClose = Optional.empty();
  private volatile Optional<SettlementDomain> domain = Optional.empty();

  void apply(LedgerRecord entry) {
    if (entry instanceof VoucherIn in) {
      update(in.signed().voucher().lane(), book -> book.with(in));
    } else if (entry instanceof VoucherOut out) {
      update(out.signed().voucher().lane(), book -> book.with(out));
    } else if (entry instanceof VoucherLimit limit) {
      update(limit.lane(), book -> book.with(limit));
    } else if (entry instanceof RedeemIntent intent) {
      update(intent.lane(), book -> book.with(intent));
    } else if (entry instanceof RedeemDone done) {
      update(done.lane(), book -> book.with(done));
    } else if (entry instanceof EpochClose close) {
      lastClose = Optional.of(close);
    } else if (entry instanceof Config config) {
      domain = Optional.of(config.domain());
    }
  }

  private void update(LaneId lane, UnaryOperator<LaneBook> change) {
    lanes.compute(lane, (id, book) -> change.apply(book == null ? LaneBook.empty(id) : book));
  }

  LaneBook lane(LaneId lane) {
    return lanes.getOrDefault(lane, LaneBook.empty(lane));
  }

  List<LaneBook> lanes() {
    return lanes.values().stream()
        .sorted(
            Comparator.comparing((LaneBook book) -> book.lane().payer())
                .thenComparing(book -> book.lane().payee())
                .thenComparing(book -> book.lane().lane()))
        .toList();
  }

  Optional<EpochClose> lastClose() {
    return lastClose;
  }

  Optional<SettlementDomain> domain() {
    return domain;
  }

  /** The sum of one side's vouchers over all lanes. */
  Amount sum(Function<LaneBook, Optional<SignedVoucher>> side) {
    Amount sum = Amount.ZERO;
    for (LaneBook book : lanes.values()) {
      Optional<SignedVoucher> signed = side.apply(book);
      if (signed.isPresent()) {
        sum = sum.plus(signed.get().voucher().amount());
      }
    }
    return sum;
  }
}
