package io.tributary.ledger.book;

import io.tributary.ledger.Amount;
import io.tributary.ledger.LaneId;
import io.tributary.ledger.MalformedLedgerValueException;
import io.tributary.ledger.SettlementDomain;
import io.tributary.ledger.SignedVoucher;
import io.tributary.ledger.book.LedgerRecord.Config;
import io.tributary.ledger.book.LedgerRecord.EpochClose;
import io.tributary.ledger.book.LedgerRecord.RedeemDone;
import io.tributary.ledger.book.LedgerRecord.RedeemIntent;
import io.tributary.ledger.book.LedgerRecord.VoucherIn;
import io.tributary.ledger.book.LedgerRecord.VoucherOut;
import io.tributary.ledger.journal.Journal;
import io.tributary.ledger.journal.Journal.DurableListener;
import io.tributary.ledger.journal.JournalException;
import io.tributary.ledger.journal.JournalException.Reason;
import io.tributary.ledger.journal.JournalOptions;
import io.tributary.ledger.journal.Snapshots;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * The books of one node for one settlement contract.
 *
 * <p>Thread-safe. What is asked is answered from memory; what is recorded shows in the books when
 * it is durable, just before its listener is told, on the journal's executor.
 */
public final class Ledger implements AutoCloseable {
  private final SettlementDomain domain;
  private final Map<LaneId, LaneBook> lanes = new ConcurrentHashMap<>();
  private final Journal journal;
  private volatile Optional<EpochClose> lastClose = Optional.empty();
  private volatile Optional<Reason> trouble = Optional.empty();
  private Optional<SettlementDomain> recordedDomain = Optional.empty();

  private Ledger(Path directory, SettlementDomain domain, JournalOptions options, Executor executor)
      throws JournalException {
    this.domain = domain;
    this.journal = Journal.open(directory, options, this::replay, this::writeState, executor);
  }

  /**
   * Opens the books in a directory, or begins them.
   *
   * @param executor runs the tasks that write, one at a time; it may wait for the disk
   * @throws JournalException also if the books are those of another contract
   */
  public static Ledger open(
      Path directory, SettlementDomain domain, JournalOptions options, Executor executor)
      throws JournalException {
    Ledger ledger = new Ledger(directory, domain, options, executor);
    Optional<SettlementDomain> recorded = ledger.recordedDomain;
    if (recorded.isPresent() && !recorded.get().equals(domain)) {
      ledger.close();
      throw new JournalException(
          Reason.DAMAGED,
          "the journal in "
              + directory
              + " is for contract "
              + recorded.get().contract()
              + " on chain "
              + recorded.get().chainId()
              + ", not for "
              + domain.contract()
              + " on "
              + domain.chainId()
              + ". Give this contract a directory of its own");
    }
    if (recorded.isEmpty()) {
      ledger.record(new Config(domain), new Ignoring());
    }
    return ledger;
  }

  private static final class Ignoring implements DurableListener {
    @Override
    public void onDurable(long sequence) {}

    @Override
    public void onFailed(JournalException cause) {}
  }

  private void replay(long sequence, byte kind, ByteBuffer payload) throws JournalException {
    try {
      apply(LedgerRecordCodec.decode(kind, payload));
    } catch (MalformedLedgerValueException e) {
      throw new JournalException(
          Reason.DAMAGED,
          "record "
              + sequence
              + " of the journal is whole but makes no sense: "
              + e.getMessage()
              + ". It may have been written by a newer version",
          e);
    }
  }

  private void writeState(Snapshots.Sink sink) throws IOException {
    write(sink, new Config(domain));
    if (lastClose.isPresent()) {
      write(sink, lastClose.get());
    }
    for (LaneBook lane : lanes.values()) {
      if (lane.received().isPresent()) {
        write(sink, new VoucherIn(lane.received().get()));
      }
      if (lane.issued().isPresent()) {
        write(sink, new VoucherOut(lane.issued().get()));
      }
      if (lane.redeemed().isPresent()) {
        write(sink, lane.redeemed().get());
      }
      if (lane.redeeming().isPresent()) {
        write(sink, lane.redeeming().get());
      }
    }
  }

  private static void write(Snapshots.Sink sink, LedgerRecord entry) throws IOException {
    sink.accept(LedgerRecordCodec.kind(entry), LedgerRecordCodec.encode(entry));
  }

  private void apply(LedgerRecord entry) {
    if (entry instanceof VoucherIn in) {
      update(in.signed().voucher().lane(), book -> book.with(in));
    } else if (entry instanceof VoucherOut out) {
      update(out.signed().voucher().lane(), book -> book.with(out));
    } else if (entry instanceof RedeemIntent intent) {
      update(intent.lane(), book -> book.with(intent));
    } else if (entry instanceof RedeemDone done) {
      update(done.lane(), book -> book.with(done));
    } else if (entry instanceof EpochClose close) {
      lastClose = Optional.of(close);
    } else if (entry instanceof Config config) {
      recordedDomain = Optional.of(config.domain());
    }
  }

  private void update(LaneId lane, UnaryOperator<LaneBook> change) {
    lanes.compute(lane, (id, book) -> change.apply(book == null ? LaneBook.empty(id) : book));
  }

  /**
   * Writes a record down.
   *
   * @param listener told when it is durable and shows in the books, or that it is not
   */
  public void record(LedgerRecord entry, DurableListener listener) {
    journal.append(
        LedgerRecordCodec.kind(entry),
        LedgerRecordCodec.encode(entry),
        new DurableListener() {
          @Override
          public void onDurable(long sequence) {
            trouble = Optional.empty();
            apply(entry);
            listener.onDurable(sequence);
          }

          @Override
          public void onFailed(JournalException cause) {
            if (cause.reason() != Reason.OVERLOADED) {
              trouble = Optional.of(cause.reason());
            }
            listener.onFailed(cause);
          }
        });
  }

  /** The contract the books are for. */
  public SettlementDomain domain() {
    return domain;
  }

  /** What the books say of a lane. */
  public LaneBook lane(LaneId lane) {
    return lanes.getOrDefault(lane, LaneBook.empty(lane));
  }

  /** All lanes, ordered by payer, payee and number. */
  public List<LaneBook> lanes() {
    return lanes.values().stream()
        .sorted(
            Comparator.comparing((LaneBook book) -> book.lane().payer())
                .thenComparing(book -> book.lane().payee())
                .thenComparing(book -> book.lane().lane()))
        .toList();
  }

  /** The end of the last day of bookkeeping. */
  public Optional<EpochClose> lastClose() {
    return lastClose;
  }

  /** Ends a day of bookkeeping: writes the sums of all lanes down. */
  public void closeEpoch(long day, DurableListener listener) {
    Amount received = sum(LaneBook::received);
    Amount issued = sum(LaneBook::issued);
    record(new EpochClose(day, received, issued), listener);
  }

  private Amount sum(Function<LaneBook, Optional<SignedVoucher>> side) {
    Amount sum = Amount.ZERO;
    for (LaneBook book : lanes.values()) {
      Optional<SignedVoucher> signed = side.apply(book);
      if (signed.isPresent()) {
        sum = sum.plus(signed.get().voucher().amount());
      }
    }
    return sum;
  }

  /**
   * Why nothing that costs money may be served now: the disk is full or failed. Empty if all is
   * well.
   */
  public Optional<Reason> trouble() {
    return trouble;
  }

  /** How many records wait for the disk. */
  public int queued() {
    return journal.queued();
  }

  /** Waits for the records under way and lets the directory go. */
  @Override
  public void close() {
    journal.close();
  }
}
