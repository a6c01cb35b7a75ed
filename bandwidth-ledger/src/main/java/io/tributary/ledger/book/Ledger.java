package io.tributary.ledger.book;

import io.tributary.ledger.Amount;
import io.tributary.ledger.LaneId;
import io.tributary.ledger.MalformedLedgerValueException;
import io.tributary.ledger.SettlementDomain;
import io.tributary.ledger.book.LedgerRecord.Config;
import io.tributary.ledger.book.LedgerRecord.EpochClose;
import io.tributary.ledger.book.LedgerRecord.VoucherIn;
import io.tributary.ledger.book.LedgerRecord.VoucherLimit;
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
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;

/**
 * The books of one node for one settlement contract.
 *
 * <p>Thread-safe. What is asked is answered from memory; what is recorded shows in the books when
 * it is durable, just before its listener is told, on the journal's executor.
 */
public final class Ledger implements AutoCloseable {
  private final SettlementDomain domain;
  private final Books books = new Books();
  private final Journal journal;
  private volatile Optional<Reason> trouble = Optional.empty();

  private Ledger(
      Path directory,
      SettlementDomain domain,
      JournalOptions options,
      InstantSource clock,
      Executor executor)
      throws JournalException {
    this.domain = domain;
    this.journal =
        Journal.open(directory, options, this::replay, this::writeState, clock, executor);
  }

  /**
   * Opens the books in a directory, or begins them.
   *
   * @param clock tells when records are written
   * @param executor runs the tasks that write, one at a time; it may wait for the disk
   * @throws JournalException also if the books are those of another contract
   */
  public static Ledger open(
      Path directory,
      SettlementDomain domain,
      JournalOptions options,
      InstantSource clock,
      Executor executor)
      throws JournalException {
    Ledger ledger = new Ledger(directory, domain, options, clock, executor);
    Optional<SettlementDomain> recorded = ledger.books.domain();
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

  /** Told of each record of the books of a node, oldest first. */
  public interface Reader {
    /**
     * Takes a record.
     *
     * @param sequence its number; records from a snapshot have that of the last one it covers
     * @param at when it was written
     */
    void accept(long sequence, Instant at, LedgerRecord entry);
  }

  /**
   * Reads the records in a directory from the newest snapshot on, without changing anything; the
   * node may be running.
   *
   * @param isWhole whether to begin with the oldest segment there is, and not with the snapshot
   */
  public static Journal.Summary read(
      Path directory, JournalOptions options, boolean isWhole, Reader reader)
      throws JournalException {
    return Journal.read(
        directory,
        options,
        isWhole,
        (sequence, atMillis, kind, payload) ->
            reader.accept(
                sequence, Instant.ofEpochMilli(atMillis), decode(sequence, kind, payload)));
  }

  /** Reads what the books in a directory say of all lanes, without changing anything. */
  public static List<LaneBook> readLanes(Path directory, JournalOptions options)
      throws JournalException {
    Books books = new Books();
    read(directory, options, false, (sequence, at, entry) -> books.apply(entry));
    return books.lanes();
  }

  private static final class Ignoring implements DurableListener {
    @Override
    public void onDurable(long sequence) {}

    @Override
    public void onFailed(JournalException cause) {}
  }

  private void replay(long sequence, long atMillis, byte kind, ByteBuffer payload)
      throws JournalException {
    books.apply(decode(sequence, kind, payload));
  }

  private static LedgerRecord decode(long sequence, byte kind, ByteBuffer payload)
      throws JournalException {
    try {
      return LedgerRecordCodec.decode(kind, payload);
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
    Optional<EpochClose> close = books.lastClose();
    if (close.isPresent()) {
      write(sink, close.get());
    }
    for (LaneBook lane : books.lanes()) {
      if (lane.received().isPresent()) {
        write(sink, new VoucherIn(lane.received().get()));
      }
      if (lane.issued().isPresent()) {
        write(sink, new VoucherOut(lane.issued().get()));
      }
      if (!lane.limit().equals(Amount.ZERO)) {
        write(sink, new VoucherLimit(lane.lane(), lane.limit()));
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
    sink.accept(entry.kind().code(), LedgerRecordCodec.encode(entry));
  }

  /**
   * Writes a record down.
   *
   * @param listener told when it is durable and shows in the books, or that it is not
   */
  public void record(LedgerRecord entry, DurableListener listener) {
    journal.append(
        entry.kind().code(),
        LedgerRecordCodec.encode(entry),
        new DurableListener() {
          @Override
          public void onDurable(long sequence) {
            trouble = Optional.empty();
            books.apply(entry);
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
    return books.lane(lane);
  }

  /** All lanes, ordered by payer, payee and number. */
  public List<LaneBook> lanes() {
    return books.lanes();
  }

  /** The end of the last day of bookkeeping. */
  public Optional<EpochClose> lastClose() {
    return books.lastClose();
  }

  /** Ends a day of bookkeeping: writes the sums of all lanes down. */
  public void closeEpoch(long day, DurableListener listener) {
    record(
        new EpochClose(day, books.sum(LaneBook::received), books.sum(LaneBook::issued)), listener);
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
