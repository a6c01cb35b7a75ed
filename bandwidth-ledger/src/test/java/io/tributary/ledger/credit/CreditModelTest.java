package io.tributary.ledger.credit;

import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.ledger.Amount;
import io.tributary.ledger.Escrow;
import io.tributary.ledger.EvmAddress;
import io.tributary.ledger.Hash256;
import io.tributary.ledger.LaneId;
import io.tributary.ledger.PricePerGib;
import io.tributary.ledger.Voucher;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A payer and a payee with a bad network and bad disks between them: content that gets lost with
 * its connection, vouchers and acknowledgements that come late, twice or never, and processes that
 * die with all that was not on disk. After each step both sides' bounds are looked at; in the end
 * the weather clears, and everything has to go on.
 */
final class CreditModelTest {
  private static final int STEPS = 50_000;
  private static final PricePerGib PRICE = PricePerGib.of(1_000_000_000_007L);
  private static final long FRAGMENT = 8L << 20;
  private static final long EXPIRY = 4_000_000_000L;
  private static final Instant NOW = Instant.ofEpochSecond(1_800_000_000L);
  private static final LaneId LANE =
      new LaneId(EvmAddress.of(filled(1)), EvmAddress.of(filled(2)), 3);

  @ParameterizedTest
  @ValueSource(
      longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22})
  void bothBoundsHold_whateverGetsLost(long seed) {
    World world = new World(new SplittableRandom(seed));
    for (int step = 0; step < STEPS; step++) {
      world.step();
      world.check(seed, step);
    }
    world.calm();
    world.check(seed, STEPS);
  }

  private static byte[] filled(int value) {
    byte[] raw = new byte[EvmAddress.BYTES];
    java.util.Arrays.fill(raw, (byte) value);
    return raw;
  }

  /** One fragment on its way. */
  private static final class Transfer {
    long unsent;
    long inFlight;
    long received;

    Transfer(long size) {
      this.unsent = size;
    }
  }

  private record Acknowledgement(Voucher durable, long window) {}

  private static final class World {
    final SplittableRandom random;
    final CreditTerms terms = CreditTerms.defaults();

    // What survives a crash.
    Voucher payerDisk = Voucher.none(LANE);
    Voucher payeeDisk = Voucher.none(LANE);

    PayingLane payer = new PayingLane(payerDisk, terms, PRICE);
    ServingLane payee = newPayee();
    final List<Voucher> payerPending = new ArrayList<>();
    final List<Voucher> payeePending = new ArrayList<>();
    final List<Voucher> vouchers = new ArrayList<>();
    final List<Acknowledgement> acknowledgements = new ArrayList<>();
    final List<Transfer> transfers = new ArrayList<>();

    Voucher acknowledged = Voucher.none(LANE);
    long nowNanos;
    long sentTotal;
    long receivedTotal;
    long payeeCrashes;
    long payerCrashes;
    long signed;
    long completed;

    World(SplittableRandom random) {
      this.random = random;
    }

    ServingLane newPayee() {
      ServingLane lane =
          new ServingLane(
              payeeDisk, terms, PRICE, new PayerExposure(terms.exposurePerPayerBytes()));
      lane.onEscrow(Optional.of(new Escrow(Amount.ZERO, Amount.of(Long.MAX_VALUE))));
      return lane;
    }

    void step() {
      nowNanos += random.nextLong(2_000_000);
      int dice = random.nextInt(1000);
      if (dice < 150) {
        request();
      } else if (dice < 450) {
        send();
      } else if (dice < 750) {
        receive();
      } else if (dice < 820) {
        flushPayer();
      } else if (dice < 900) {
        deliverVoucher();
      } else if (dice < 950) {
        flushPayee();
      } else if (dice < 994) {
        deliverAcknowledgement();
      } else if (dice < 997) {
        reconnect();
      } else if (dice < 998) {
        nowNanos += Duration.ofSeconds(random.nextInt(80)).toNanos();
        payee.onTime(nowNanos);
      } else if (dice < 999) {
        crashPayer();
      } else {
        crashPayee();
      }
    }

    void request() {
      long size = random.nextInt(4) == 0 ? FRAGMENT : 1 + random.nextLong(FRAGMENT);
      if (transfers.size() < 6 && payer.requestableBytes() >= size) {
        payer.onRequested(size);
        transfers.add(new Transfer(size));
      }
    }

    void send() {
      if (transfers.isEmpty()) {
        return;
      }
      Transfer transfer = transfers.get(random.nextInt(transfers.size()));
      long bytes =
          Math.min(
              Math.min(transfer.unsent, payee.sendableBytes()), 1 + random.nextLong(256 << 10));
      if (bytes == 0) {
        return;
      }
      payee.onSent(bytes, nowNanos);
      assertThat(payee.owedBytes()).isLessThanOrEqualTo(payee.windowBytes());
      transfer.unsent -= bytes;
      transfer.inFlight += bytes;
      sentTotal += bytes;
    }

    void receive() {
      if (transfers.isEmpty()) {
        return;
      }
      Transfer transfer = transfers.get(random.nextInt(transfers.size()));
      long bytes = transfer.inFlight;
      transfer.inFlight = 0;
      transfer.received += bytes;
      receivedTotal += bytes;
      payer.onReceived(bytes);
      boolean ended = transfer.unsent == 0;
      if (ended) {
        transfers.remove(transfer);
        payer.onVerified(transfer.received, Hash256.ZERO);
        completed++;
      }
      sign(ended);
    }

    void sign(boolean isFlush) {
      payer
          .due(isFlush, EXPIRY)
          .ifPresent(
              voucher -> {
                signed++;
                payerPending.add(voucher);
              });
    }

    void flushPayer() {
      for (Voucher voucher : payerPending) {
        payerDisk = voucher;
        vouchers.add(voucher);
      }
      payerPending.clear();
    }

    void deliverVoucher() {
      if (vouchers.isEmpty()) {
        return;
      }
      int index = random.nextInt(4) == 0 ? random.nextInt(vouchers.size()) : 0;
      int fate = random.nextInt(20);
      Voucher voucher = fate == 0 ? vouchers.get(index) : vouchers.remove(index);
      if (fate == 1) {
        return;
      }
      Optional<Verdict> verdict = payee.judge(voucher, NOW, nowNanos);
      if (verdict.isEmpty()) {
        payeePending.add(voucher);
      } else {
        assertThat(verdict).contains(Verdict.REPLAYED);
      }
    }

    void flushPayee() {
      for (Voucher voucher : payeePending) {
        if (voucher.covers(payeeDisk)) {
          payeeDisk = voucher;
        }
        payee.onDurable(voucher, nowNanos);
        acknowledge();
      }
      payeePending.clear();
    }

    void acknowledge() {
      acknowledgements.add(new Acknowledgement(payee.best(), payee.windowBytes()));
      acknowledged = payee.best().covers(acknowledged) ? payee.best() : acknowledged;
    }

    void deliverAcknowledgement() {
      if (acknowledgements.isEmpty()) {
        return;
      }
      Acknowledgement each = acknowledgements.remove(random.nextInt(acknowledgements.size()));
      if (random.nextInt(20) > 0) {
        assertThat(
                payer.onAcknowledged(
                    each.durable().amount(), each.durable().bytesServed(), each.window()))
            .isEmpty();
      }
    }

    /** The connection breaks with all that is on the way, and both sides meet again. */
    void reconnect() {
      for (Transfer transfer : transfers) {
        payee.onBrokenOff(transfer.inFlight);
        payer.onBrokenOff(transfer.unsent + transfer.inFlight, transfer.received);
      }
      transfers.clear();
      vouchers.clear();
      acknowledgements.clear();
      meet();
    }

    void meet() {
      assertThat(payer.onPresented(payee.best())).isEmpty();
      payer.onClaimed(payee.sentBytes());
      acknowledge();
      sign(true);
      flushPayer();
      vouchers.add(payerDisk);
    }

    void crashPayer() {
      payerCrashes++;
      payerPending.clear();
      for (Transfer transfer : transfers) {
        payee.onBrokenOff(transfer.inFlight + transfer.received);
      }
      transfers.clear();
      vouchers.clear();
      acknowledgements.clear();
      payer = new PayingLane(payerDisk, terms, PRICE);
      meet();
    }

    void crashPayee() {
      payeeCrashes++;
      payeePending.clear();
      for (Transfer transfer : transfers) {
        payer.onBrokenOff(transfer.unsent + transfer.inFlight, transfer.received);
      }
      transfers.clear();
      vouchers.clear();
      acknowledgements.clear();
      payee = newPayee();
      meet();
    }

    void check(long seed, int step) {
      String where = "seed " + seed + ", step " + step;
      long paid = payeeDisk.bytesServed();
      // The payee: what it never gets paid for is at most a window, and one more for each crash.
      long forgiven = paid / 1000 * terms.forgivenPerMille();
      assertThat(payee.owedBytes()).as(where).isBetween(0L, terms.maxWindowBytes());
      assertThat(sentTotal - paid)
          .as(where)
          .isLessThanOrEqualTo((1 + payeeCrashes) * terms.maxWindowBytes() + forgiven);
      // No voucher that was acknowledged is ever lost.
      assertThat(payeeDisk.covers(acknowledged)).as(where).isTrue();
      // The payer: it signs for bytes received, and one fragment of unverified ones.
      long conceded = (1 + payerCrashes) * (FRAGMENT + forgiven);
      assertThat(payer.best().bytesServed())
          .as(where)
          .isLessThanOrEqualTo(receivedTotal + conceded);
      // No byte is paid twice, and each for the price agreed.
      Amount cost = PRICE.costOf(payer.best().bytesServed());
      assertThat(payer.best().amount()).as(where).isBetween(cost, cost.plus(Amount.of(signed)));
      assertThat(payer.verdict()).as(where).isEmpty();
    }

    @Override
    public String toString() {
      return "window %d, owed %d, sent %d, paid %d, open %s; requestable %d, signed %d, transfers %d"
          .formatted(
              payee.windowBytes(),
              payee.owedBytes(),
              payee.sentBytes(),
              payee.best().bytesServed(),
              payee.isOpen(),
              payer.requestableBytes(),
              payer.best().bytesServed(),
              transfers.size());
    }

    /** No more faults: every transfer must end, and everything received must be paid. */
    void calm() {
      payee.onTime(nowNanos);
      reconnect();
      long before = completed;
      for (int round = 0; round < 100_000 && completed < before + 200; round++) {
        nowNanos += 1_000_000;
        request();
        send();
        receive();
        sign(false);
        flushPayer();
        while (!vouchers.isEmpty()) {
          Voucher voucher = vouchers.remove(0);
          if (payee.judge(voucher, NOW, nowNanos).isEmpty()) {
            payeePending.add(voucher);
          }
        }
        flushPayee();
        while (!acknowledgements.isEmpty()) {
          Acknowledgement each = acknowledgements.remove(0);
          payer.onAcknowledged(
              each.durable().amount(), each.durable().bytesServed(), each.window());
        }
      }
      assertThat(completed)
          .as("transfers that end in calm weather; %s", this)
          .isEqualTo(before + 200);
      assertThat(payee.windowBytes()).isEqualTo(terms.maxWindowBytes());
    }
  }
}
