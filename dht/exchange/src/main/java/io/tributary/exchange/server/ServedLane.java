package io.tributary.exchange.server;

import io.tributary.exchange.ExchangeLog;
import io.tributary.exchange.ExchangeMetrics;
import io.tributary.exchange.Priority;
import io.tributary.exchange.lane.LaneMessage;
import io.tributary.exchange.lane.LaneMessage.Refused;
import io.tributary.exchange.lane.PayeeLane;
import io.tributary.exchange.lane.PayeeLane.Step;
import io.tributary.ledger.PricePerGib;
import io.tributary.ledger.SignedVoucher;
import io.tributary.ledger.VoucherDigest;
import io.tributary.ledger.book.LedgerRecord.VoucherIn;
import io.tributary.ledger.credit.Verdict;
import io.tributary.ledger.journal.Journal.DurableListener;
import io.tributary.ledger.journal.JournalException;
import io.tributary.ledger.signature.PublicKey;
import io.tributary.libp2p.multiformats.PeerId;
import io.tributary.libp2p.time.Timekeeper;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

/**
 * A lane that pays this node: carries out what its {@link PayeeLane} says, and wakes deliveries
 * when there is credit again. Thread-safe.
 */
final class ServedLane {
  /** A stream on which the lane is open. */
  interface Line {
    /** Who pays. */
    PeerId peer();

    /** Tells the payer; from any thread. */
    void say(LaneMessage message);

    /** Ends the stream after what was said. */
    void hangUp();
  }

  private final PayeeLane lane;
  private final Payee payee;
  private final VoucherDigest digest;
  private final Executor computing;
  private final Timekeeper time;
  private final ExchangeMetrics metrics;
  private final Set<Line> lines = new LinkedHashSet<>();
  private final Set<Line> unmet = new LinkedHashSet<>();
  private final Set<Runnable> urgent = new LinkedHashSet<>();
  private final Set<Runnable> patient = new LinkedHashSet<>();
  private Optional<PublicKey> signer = Optional.empty();
  private long idleSinceNanos;

  ServedLane(
      PayeeLane lane,
      Payee payee,
      VoucherDigest digest,
      Executor computing,
      Timekeeper time,
      ExchangeMetrics metrics) {
    this.lane = lane;
    this.payee = payee;
    this.digest = digest;
    this.computing = computing;
    this.time = time;
    this.metrics = metrics;
    this.idleSinceNanos = time.nanoTime();
  }

  PayeeLane lane() {
    return lane;
  }

  // Lines

  /** Opens the lane on a line. Returns whether it bears one more. */
  synchronized boolean attach(Line line, PublicKey by, int maxLines) {
    // What the peer said last on an earlier stream is older than what it says now.
    List<Line> earlier = lines.stream().filter(each -> each.peer().equals(line.peer())).toList();
    earlier.forEach(this::detach);
    earlier.forEach(Line::hangUp);
    if (lines.size() >= maxLines) {
      return false;
    }
    signer = Optional.of(by);
    lines.add(line);
    unmet.add(line);
    return true;
  }

  /** Begins the conversation: takes what the payer has, then tells what is here. */
  void meet(Line line, Optional<SignedVoucher> best) {
    refreshEscrow();
    lane.onSettled(payee.settled().settled(lane.lane()), time.nanoTime());
    best.ifPresent(voucher -> onPay(line, voucher));
    tellUnmet();
  }

  private void tellUnmet() {
    List<Line> told;
    synchronized (this) {
      if (!lane.isSettled()) {
        return;
      }
      told = List.copyOf(unmet);
      unmet.clear();
    }
    told.forEach(line -> line.say(lane.offer()));
  }

  synchronized void detach(Line line) {
    lines.remove(line);
    unmet.remove(line);
    if (lines.isEmpty()) {
      idleSinceNanos = time.nanoTime();
    }
  }

  /** Whether a peer has proven that it may spend on the lane. */
  synchronized boolean isOpenTo(PeerId peer) {
    return lines.stream().anyMatch(line -> line.peer().equals(peer));
  }

  /** Whether nothing would be lost with it. */
  synchronized boolean isIdle(long idleNanos) {
    return lines.isEmpty()
        && urgent.isEmpty()
        && patient.isEmpty()
        && lane.isSettled()
        && lane.owedBytes() <= 0
        && time.nanoTime() - idleSinceNanos > idleNanos;
  }

  private synchronized List<Line> metLines() {
    List<Line> met = new ArrayList<>(lines);
    met.removeAll(unmet);
    return met;
  }

  // Credit

  /** Keeps credit for a delivery that leads, as {@link PayeeLane#keep} tells. */
  void keep(long bytes) {
    lane.keep(bytes);
  }

  /** Has a delivery woken, once, when there may be credit, or none any more. */
  void await(Priority priority, boolean goesFirst, Runnable delivery) {
    if (lane.sendableBytes() == 0) {
      metrics.cutOff();
    }
    synchronized (this) {
      (priority == Priority.SHORT ? urgent : patient).add(delivery);
    }
    // Credit that came between the delivery's look and its wait would wake nobody else.
    if (lane.creditBytes(goesFirst) > 0 || !lane.isOpen()) {
      wake();
    }
  }

  synchronized void forget(Runnable delivery) {
    urgent.remove(delivery);
    patient.remove(delivery);
  }

  /** Has all that wait look again. */
  void wake() {
    List<Runnable> woken;
    synchronized (this) {
      woken = new ArrayList<>(urgent);
      woken.addAll(patient);
      urgent.clear();
      patient.clear();
    }
    woken.forEach(Runnable::run);
  }

  /** Takes credit for bytes about to be sent. */
  long take(long bytes, boolean goesFirst) {
    return lane.take(bytes, goesFirst, time.nanoTime());
  }

  void onBrokenOff(long bytes) {
    carryOut(lane.onBrokenOff(bytes));
  }

  /** Looks at the clock and the chain. */
  void tick() {
    boolean hasLines;
    synchronized (this) {
      hasLines = !lines.isEmpty();
    }
    if (hasLines) {
      refreshEscrow();
    }
    Optional<Verdict> verdict = lane.onTime(time.nanoTime());
    if (verdict.isPresent()) {
      judged(verdict.get());
      wake();
    } else if (hasLines && lane.sendableBytes() > 0) {
      wake();
    }
  }

  void changePrice(PricePerGib price) {
    carryOut(lane.changePrice(price, time.nanoTime()));
  }

  private void refreshEscrow() {
    Optional<PublicKey> by;
    synchronized (this) {
      by = signer;
    }
    by.ifPresent(key -> lane.onEscrow(payee.escrow().escrow(lane.lane(), key.address())));
  }

  // Vouchers

  /** Takes a voucher; from a line that is no longer attached it is too late. */
  void onPay(Line from, SignedVoucher voucher) {
    Optional<Step> step;
    synchronized (this) {
      step = lines.contains(from) ? lane.onPay(voucher, now(), time.nanoTime()) : Optional.empty();
    }
    step.ifPresent(this::carryOut);
  }

  private Instant now() {
    return time.clock().instant();
  }

  private void carryOut(List<Step> steps) {
    steps.forEach(this::carryOut);
    tellUnmet();
  }

  private void carryOut(Step step) {
    if (step instanceof Step.Check check) {
      check(check.voucher());
    } else if (step instanceof Step.Write write) {
      write(write.voucher());
    } else if (step instanceof Step.Say say) {
      say(say.message());
    }
  }

  private void say(LaneMessage message) {
    List<Line> told = metLines();
    told.forEach(line -> line.say(message));
    if (message instanceof Refused refused) {
      judged(refused.verdict());
      if (!refused.verdict().isForgivable()) {
        told.forEach(Line::hangUp);
      }
    }
  }

  private void judged(Verdict verdict) {
    metrics.judged(verdict);
    ExchangeLog.laneEnded(lane.lane(), verdict);
  }

  private void check(SignedVoucher voucher) {
    try {
      computing.execute(
          () -> {
            boolean isGenuine = isGenuine(voucher);
            carryOut(lane.onChecked(voucher, isGenuine, now(), time.nanoTime()));
          });
    } catch (RejectedExecutionException e) {
      onRecordFailed("OVERLOADED");
    }
  }

  private boolean isGenuine(SignedVoucher voucher) {
    Optional<PublicKey> by;
    synchronized (this) {
      by = signer;
    }
    byte[] hash = digest.of(voucher.voucher()).toBytes();
    return by.map(key -> payee.curve().verify(voucher.signature(), hash, key)).orElse(false);
  }

  private void write(SignedVoucher voucher) {
    payee
        .ledger()
        .record(
            new VoucherIn(voucher),
            new DurableListener() {
              @Override
              public void onDurable(long sequence) {
                metrics.voucherReceived();
                List<Step> steps = lane.onRecorded(voucher, now(), time.nanoTime());
                refreshEscrow();
                carryOut(steps);
                wake();
              }

              @Override
              public void onFailed(JournalException cause) {
                onRecordFailed(cause.reason().name());
              }
            });
  }

  private void onRecordFailed(String reason) {
    metrics.ledgerFailed(reason);
    ExchangeLog.voucherNotWritten(lane.lane(), reason);
    carryOut(lane.onRecordFailed(now(), time.nanoTime()));
  }
}
