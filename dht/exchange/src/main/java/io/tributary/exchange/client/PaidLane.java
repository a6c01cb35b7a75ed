package io.tributary.exchange.client;

import io.tributary.exchange.Breakage;
import io.tributary.exchange.ExchangeLog;
import io.tributary.exchange.ExchangeMetrics;
import io.tributary.exchange.Reason;
import io.tributary.exchange.lane.LaneMessage;
import io.tributary.exchange.lane.LaneMessage.Closed;
import io.tributary.exchange.lane.LaneMessage.Durable;
import io.tributary.exchange.lane.LaneMessage.Offer;
import io.tributary.exchange.lane.LaneMessage.Open;
import io.tributary.exchange.lane.LaneMessage.Pay;
import io.tributary.exchange.lane.LaneMessage.Price;
import io.tributary.exchange.lane.LaneMessage.Refused;
import io.tributary.exchange.lane.LaneProof;
import io.tributary.exchange.lane.PayerLane;
import io.tributary.exchange.lane.PayerLane.BreakOff;
import io.tributary.ledger.Amount;
import io.tributary.ledger.LaneId;
import io.tributary.ledger.SignedVoucher;
import io.tributary.ledger.Voucher;
import io.tributary.ledger.VoucherDigest;
import io.tributary.ledger.book.LedgerRecord;
import io.tributary.ledger.book.LedgerRecord.VoucherLimit;
import io.tributary.ledger.book.LedgerRecord.VoucherOut;
import io.tributary.ledger.credit.Verdict;
import io.tributary.ledger.journal.Journal.DurableListener;
import io.tributary.ledger.journal.JournalException;
import io.tributary.ledger.receipt.Receipt;
import io.tributary.ledger.signature.PublicKey;
import io.tributary.libp2p.Connection;
import io.tributary.libp2p.multiformats.PeerId;
import io.tributary.libp2p.time.Timekeeper;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * A lane on which this node pays a payee: keeps it open while it is needed, carries out what its
 * {@link PayerLane} says, and lets fetches begin when more may be asked for. Thread-safe.
 */
final class PaidLane {
  /** What all lanes of a client share. */
  record Shared(
      Payer payer,
      VoucherDigest digest,
      PeerId self,
      ClientSettings settings,
      Executor computing,
      Timekeeper time,
      ExchangeMetrics metrics) {}

  /** A fetch that waits; told why not, or nothing if it may go on. */
  private record Waiter(long bytes, Consumer<Optional<Reason>> then) {}

  /** Bytes are told to the lane in lots: they come in small pieces, on several event loops. */
  private static final long LOT_BYTES = 64 << 10;

  private final PayerLane lane;
  private final Shared shared;
  private final AtomicLong untoldBytes = new AtomicLong();
  private final Queue<Waiter> urgent = new ArrayDeque<>();
  private final Queue<Waiter> patient = new ArrayDeque<>();
  private final List<Consumer<Optional<Reason>>> meeting = new ArrayList<>();
  private Optional<LaneLine> line = Optional.empty();
  private boolean isMet;
  private volatile boolean isTimerSet;
  private long sentAtNanos;

  PaidLane(LaneId id, Shared shared) {
    this.shared = shared;
    Payer payer = shared.payer();
    this.lane =
        new PayerLane(
            id,
            payer.ledger().lane(id).issued(),
            payer.ledger().lane(id).mostOwed(),
            payer.settled().settled(id),
            payer.terms(),
            payer.ceiling(),
            payer.unproven());
  }

  PayerLane lane() {
    return lane;
  }

  /** Whether nobody uses it and nothing is to be said. */
  synchronized boolean isIdle() {
    boolean isUsed = lane.transfers() > 0 || waiting() > 0 || !meeting.isEmpty();
    return !isUsed && line.isEmpty() && !lane.hasLimit();
  }

  /** Whether all that came is paid for, or cannot be since the payee is not there. */
  synchronized boolean isPaidUp() {
    return line.isEmpty() || lane.isPaidUp();
  }

  // Meeting the payee

  /** Opens the lane on a connection, unless it is open. Tells why not, or nothing once it is. */
  void meet(Connection connection, Consumer<Optional<Reason>> then) {
    Optional<Reason> known = Optional.empty();
    Optional<LaneLine> opened = Optional.empty();
    boolean isKnown;
    synchronized (this) {
      isKnown = isMet || lane.verdict().isPresent();
      if (lane.verdict().isPresent()) {
        known = Optional.of(Breakage.LANE_CLOSED_HERE);
      }
      if (!isKnown) {
        meeting.add(then);
        if (line.isEmpty()) {
          opened = Optional.of(new LaneLine(this, connection));
          line = opened;
        }
      }
    }
    if (isKnown) {
      then.accept(known);
    }
    opened.ifPresent(this::open);
  }

  private void open(LaneLine on) {
    compute(
        () -> {
          lane.onSettled(shared.payer().settled().settled(lane.lane()));
          PeerId remote = on.connection().remotePeer();
          var domain = shared.payer().ledger().domain();
          var proof =
              shared
                  .payer()
                  .key()
                  .sign(
                      LaneProof.digest(
                          domain, lane.lane(), shared.self().toBytes(), remote.toBytes()));
          on.open(
              new Open(domain, lane.lane(), proof, lane.signed()), shared.settings().openTimeout());
        },
        () -> onLineEnded(on, Breakage.TOO_MANY_FETCHES));
  }

  private void compute(Runnable task, Runnable otherwise) {
    try {
      shared.computing().execute(task);
    } catch (RejectedExecutionException e) {
      otherwise.run();
    }
  }

  /** The stream has ended, or could not be opened. */
  void onLineEnded(LaneLine ended, Reason reason) {
    List<Consumer<Optional<Reason>>> told;
    synchronized (this) {
      if (!line.equals(Optional.of(ended))) {
        return;
      }
      line = Optional.empty();
      isMet = false;
      told = List.copyOf(meeting);
      meeting.clear();
    }
    told.forEach(each -> each.accept(Optional.of(reason)));
    boolean isNeeded = lane.transfers() > 0 && lane.verdict().isEmpty();
    if (isNeeded && ended.connection().isOpen()) {
      shared
          .time()
          .after(
              shared.settings().reopenDelay(),
              () -> {
                if (lane.transfers() > 0 && ended.connection().isOpen()) {
                  meet(ended.connection(), met -> {});
                }
              });
    }
  }

  /**
   * Takes a message.
   *
   * @param resume to be run, from any thread, when the next may be handed over
   */
  void onMessage(LaneLine from, LaneMessage message, Runnable resume) {
    if (message instanceof Offer offer) {
      compute(
          () -> {
            onOffer(from, offer);
            resume.run();
          },
          () -> from.end(Breakage.TOO_MANY_FETCHES));
      return;
    }
    if (message instanceof Durable durable) {
      judge(lane.onDurable(durable));
      grant();
      pump(false);
    } else if (message instanceof Price price) {
      judge(lane.onPrice(price.price()));
    } else if (message instanceof Refused refused) {
      shared.metrics().voucherRefused(refused.verdict());
      ExchangeLog.voucherRefused(lane.lane(), refused.verdict());
    } else if (message instanceof Closed closed) {
      from.end(closed.status());
    } else {
      from.end(Breakage.BAD_ANSWER);
    }
    resume.run();
  }

  private void onOffer(LaneLine from, Offer offer) {
    boolean isOwn = offer.best().map(this::isOwn).orElse(false);
    Optional<Verdict> verdict = lane.onOffer(offer, isOwn);
    judge(verdict);
    if (verdict.equals(Optional.of(Verdict.TOO_EXPENSIVE))) {
      from.end(Breakage.OVER_CEILING);
      return;
    }
    if (lane.verdict().isPresent()) {
      from.end(Breakage.LANE_CLOSED_HERE);
      return;
    }
    // A voucher that these books have lost is written down again.
    offer.best().filter(each -> !isKnown(each)).ifPresent(this::record);
    List<Consumer<Optional<Reason>>> told;
    synchronized (this) {
      isMet = true;
      told = List.copyOf(meeting);
      meeting.clear();
    }
    lane.signed()
        .filter(each -> each.voucher().bytesServed() > lane.acknowledgedBytes())
        .ifPresent(this::send);
    told.forEach(each -> each.accept(Optional.empty()));
    grant();
    pump(false);
  }

  private boolean isOwn(SignedVoucher presented) {
    if (lane.signed().equals(Optional.of(presented))) {
      return true;
    }
    PublicKey key = shared.payer().key().publicKey();
    byte[] hash = shared.digest().of(presented.voucher()).toBytes();
    return shared.payer().curve().verify(presented.signature(), hash, key);
  }

  private boolean isKnown(SignedVoucher presented) {
    return shared
        .payer()
        .ledger()
        .lane(lane.lane())
        .issued()
        .map(each -> each.voucher().covers(presented.voucher()))
        .orElse(false);
  }

  private void judge(Optional<Verdict> verdict) {
    if (verdict.isEmpty()) {
      return;
    }
    shared.metrics().judged(verdict.get());
    ExchangeLog.laneEnded(lane.lane(), verdict.get());
    if (!verdict.get().isForgivable()) {
      Optional<LaneLine> open;
      synchronized (this) {
        open = line;
      }
      open.ifPresent(each -> each.end(Breakage.LANE_CLOSED_HERE));
      grant();
    }
  }

  // Transfers

  /** Begins a transfer when so many bytes may be asked for. Tells why not, or nothing once so. */
  void begin(long bytes, Consumer<Optional<Reason>> then) {
    boolean isFull;
    synchronized (this) {
      isFull = waiting() >= shared.settings().maxWaitingPerLane();
      if (!isFull) {
        boolean isShort = bytes <= shared.settings().shortRangeBytes();
        (isShort ? urgent : patient).add(new Waiter(bytes, then));
      }
    }
    if (isFull) {
      then.accept(Optional.of(Breakage.TOO_MANY_FETCHES));
    } else {
      grant();
    }
  }

  private int waiting() {
    return urgent.size() + patient.size();
  }

  private void grant() {
    while (true) {
      Waiter granted;
      Optional<Reason> reason = Optional.empty();
      synchronized (this) {
        Queue<Waiter> waiters = urgent.isEmpty() ? patient : urgent;
        Optional<Waiter> first = Optional.ofNullable(waiters.peek());
        if (first.isEmpty()) {
          return;
        }
        granted = first.get();
        if (lane.verdict().isPresent()) {
          reason = Optional.of(Breakage.LANE_CLOSED_HERE);
        } else if (!lane.begin(granted.bytes())) {
          return;
        }
        waiters.remove();
      }
      pump(false);
      granted.then().accept(reason);
    }
  }

  void onReceived(long bytes) {
    if (untoldBytes.addAndGet(bytes) >= LOT_BYTES) {
      tell();
      pump(false);
    }
    setTimer();
  }

  /** Tells the lane of all that has come; bytes of whoever calls are told when this returns. */
  private void tell() {
    synchronized (untoldBytes) {
      lane.onReceived(untoldBytes.getAndSet(0));
    }
  }

  void onVerified(long bytes, Receipt receipt) {
    tell();
    lane.onVerified(bytes, receipt);
    grant();
    pump(lane.transfers() == 0);
  }

  void onBrokenOff(BreakOff how, long missingBytes, long unverifiedBytes) {
    tell();
    judge(lane.onBrokenOff(how, missingBytes, unverifiedBytes));
    grant();
    pump(lane.transfers() == 0);
  }

  void onWrong() {
    judge(Optional.of(lane.onWrong()));
  }

  // Vouchers

  private void pump(boolean isFlush) {
    if (isFlush) {
      tell();
    }
    if (!isFlush && !lane.hasNext()) {
      return;
    }
    lane.nextLimit(isFlush).ifPresent(this::writeLimit);
    long expiry =
        shared.time().clock().instant().plus(shared.settings().voucherLife()).getEpochSecond();
    Optional<Voucher> due = lane.next(isFlush, expiry);
    due.ifPresent(voucher -> compute(() -> sign(voucher), this::onSigningFailed));
  }

  private void writeLimit(Amount limit) {
    lane.signed().filter(each -> !isKnown(each)).ifPresent(this::record);
    write(
        new VoucherLimit(lane.lane(), limit),
        () -> {
          lane.onLimit(limit);
          pump(false);
        },
        lane::onLimitFailed);
  }

  /** Writes down a voucher that has left already, or has come back. */
  private void record(SignedVoucher voucher) {
    write(new VoucherOut(voucher), () -> {}, () -> {});
  }

  private void write(LedgerRecord entry, Runnable onDurable, Runnable onFailed) {
    shared
        .payer()
        .ledger()
        .record(
            entry,
            new DurableListener() {
              @Override
              public void onDurable(long sequence) {
                onDurable.run();
              }

              @Override
              public void onFailed(JournalException cause) {
                String reason = cause.reason().name();
                shared.metrics().ledgerFailed(reason);
                ExchangeLog.entryNotWritten(lane.lane(), entry.kind(), reason);
                onFailed.run();
                setTimer();
              }
            });
  }

  private void sign(Voucher voucher) {
    SignedVoucher signed =
        new SignedVoucher(voucher, shared.payer().key().sign(shared.digest().of(voucher)));
    shared.metrics().voucherIssued();
    lane.onSigned(signed);
    send(signed);
    pump(false);
  }

  private void onSigningFailed() {
    ExchangeLog.notSigned(lane.lane());
    lane.onSigningFailed();
    setTimer();
  }

  private void send(SignedVoucher voucher) {
    Optional<LaneLine> open;
    synchronized (this) {
      open = isMet ? line : Optional.empty();
      sentAtNanos = shared.time().nanoTime();
    }
    open.ifPresent(each -> each.say(new Pay(voucher)));
    setTimer();
  }

  private void setTimer() {
    if (isTimerSet) {
      return;
    }
    synchronized (this) {
      if (isTimerSet || (line.isEmpty() && !lane.hasLimit())) {
        return;
      }
      isTimerSet = true;
    }
    shared.time().after(shared.settings().flushAfter(), this::onTimer);
  }

  private void onTimer() {
    boolean isOverdue;
    synchronized (this) {
      isTimerSet = false;
      isOverdue =
          shared.time().nanoTime() - sentAtNanos > shared.settings().resendAfter().toNanos();
    }
    pump(true);
    Optional<SignedVoucher> unheard =
        lane.signed().filter(each -> each.voucher().bytesServed() > lane.acknowledgedBytes());
    if (isOverdue) {
      unheard.ifPresent(this::send);
    }
    lane.nextEntry()
        .ifPresent(
            last -> {
              record(last);
              write(new VoucherLimit(lane.lane(), last.voucher().amount()), () -> {}, () -> {});
            });
    boolean isUnheard =
        lane.best().bytesServed() > lane.acknowledgedBytes() && lane.verdict().isEmpty();
    if (isUnheard || lane.hasLimit()) {
      setTimer();
    }
  }
}
