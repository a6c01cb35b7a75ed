package io.tributary.ledger.book;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.tributary.ledger.Amount;
import io.tributary.ledger.EvmAddress;
import io.tributary.ledger.Hash256;
import io.tributary.ledger.LaneId;
import io.tributary.ledger.SettlementDomain;
import io.tributary.ledger.SignedVoucher;
import io.tributary.ledger.Voucher;
import io.tributary.ledger.VoucherDigest;
import io.tributary.ledger.book.LedgerRecord.RawTransaction;
import io.tributary.ledger.book.LedgerRecord.RedeemDone;
import io.tributary.ledger.book.LedgerRecord.RedeemIntent;
import io.tributary.ledger.book.LedgerRecord.VoucherIn;
import io.tributary.ledger.book.LedgerRecord.VoucherLimit;
import io.tributary.ledger.book.LedgerRecord.VoucherOut;
import io.tributary.ledger.journal.Journal.DurableListener;
import io.tributary.ledger.journal.JournalException;
import io.tributary.ledger.journal.JournalException.Reason;
import io.tributary.ledger.journal.JournalOptions;
import io.tributary.ledger.signature.Curve;
import io.tributary.ledger.signature.SigningKey;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LedgerTest {
  private static final SettlementDomain DOMAIN =
      new SettlementDomain(31337, EvmAddress.of(new byte[EvmAddress.BYTES]));
  private static final JournalOptions SMALL =
      new JournalOptions(512 << 10, 100_000, 128 << 10, 2, 1);
  private static final byte[] KEY = new byte[32];

  static {
    KEY[31] = 9;
  }

  /** How often a process is killed; a hundred times if asked for by {@code -Dledger.kills}. */
  private static final int KILLS = Integer.getInteger("ledger.kills", 5);

  @TempDir Path directory;

  private static LaneId lane(int number) {
    return new LaneId(
        SigningKey.of(KEY, Curve.fastest()).address(),
        EvmAddress.of(new byte[EvmAddress.BYTES]),
        number);
  }

  private static SignedVoucher voucher(int lane, long bytes) {
    SigningKey key = SigningKey.of(KEY, Curve.fastest());
    Voucher voucher =
        new Voucher(lane(lane), Amount.of(2 * bytes), bytes, 4_000_000_000L, Hash256.ZERO);
    return new SignedVoucher(voucher, key.sign(new VoucherDigest(DOMAIN).of(voucher)));
  }

  private Ledger open() throws JournalException {
    return Ledger.open(directory, DOMAIN, SMALL, InstantSource.system(), Runnable::run);
  }

  private static void record(Ledger ledger, LedgerRecord entry) {
    List<Long> durable = new ArrayList<>();
    ledger.record(
        entry,
        new DurableListener() {
          @Override
          public void onDurable(long sequence) {
            durable.add(sequence);
          }

          @Override
          public void onFailed(JournalException cause) {
            throw new AssertionError(cause);
          }
        });
    assertThat(durable).hasSize(1);
  }

  @Test
  void books_areTheSameAfterReopening() throws JournalException {
    List<LaneBook> before;
    try (Ledger ledger = open()) {
      record(ledger, new VoucherIn(voucher(1, 100)));
      record(ledger, new VoucherIn(voucher(1, 300)));
      record(ledger, new VoucherIn(voucher(1, 200)));
      record(ledger, new VoucherOut(voucher(2, 50)));
      record(ledger, new VoucherLimit(lane(2), Amount.of(900)));
      record(ledger, new VoucherLimit(lane(2), Amount.of(170)));
      RawTransaction transaction = RawTransaction.of(new byte[] {1, 2, 3});
      record(ledger, new RedeemIntent(lane(1), Amount.of(200), 7, transaction));
      record(ledger, new RedeemDone(lane(1), Amount.of(200), 12, Hash256.ZERO));
      record(ledger, new RedeemIntent(lane(1), Amount.of(600), 8, transaction));
      assertThat(ledger.lane(lane(1)).received()).contains(voucher(1, 300));
      assertThat(ledger.lane(lane(2)).mostOwed()).isEqualTo(Amount.of(170));
      assertThat(ledger.lane(lane(1)).mostOwed()).isEqualTo(Amount.ZERO);
      assertThat(ledger.lane(lane(1)).unredeemed()).isEqualTo(Amount.of(400));
      assertThat(ledger.lane(lane(1)).redeeming().orElseThrow().nonce()).isEqualTo(8);
      before = ledger.lanes();
    }
    try (Ledger ledger = open()) {
      assertThat(ledger.lanes()).isEqualTo(before).hasSize(2);
    }
  }

  @Test
  void booksOfManySegments_areKeptBySnapshots() throws JournalException {
    SplittableRandom random = new SplittableRandom(5);
    List<LaneBook> before;
    try (Ledger ledger = open()) {
      SignedVoucher[] made = new SignedVoucher[50];
      for (int lane = 0; lane < made.length; lane++) {
        made[lane] = voucher(lane, 1000 + lane);
      }
      for (int i = 0; i < 6000; i++) {
        int lane = random.nextInt(made.length);
        record(
            ledger, random.nextBoolean() ? new VoucherIn(made[lane]) : new VoucherOut(made[lane]));
      }
      for (int lane = 0; lane < made.length; lane += 2) {
        record(ledger, new RedeemDone(lane(lane), Amount.of(lane), lane, Hash256.ZERO));
      }
      before = ledger.lanes();
    }
    try (Ledger ledger = open()) {
      assertThat(ledger.lanes()).isEqualTo(before);
    }
  }

  @Test
  void booksOfAnotherContract_areRefused() throws JournalException {
    open().close();
    SettlementDomain other = new SettlementDomain(1, DOMAIN.contract());
    assertThatExceptionOfType(JournalException.class)
        .isThrownBy(
            () -> Ledger.open(directory, other, SMALL, InstantSource.system(), Runnable::run))
        .withMessageContaining("on chain 31337");
    open().close();
  }

  @Test
  void malformedRecord_stopsTheNode() throws JournalException {
    open().close();
    io.tributary.ledger.journal.Journal journal =
        io.tributary.ledger.journal.Journal.open(
            directory,
            SMALL,
            (s, t, k, p) -> {},
            sink -> {},
            InstantSource.system(),
            Runnable::run);
    journal.append(
        (byte) 99,
        java.nio.ByteBuffer.allocate(3),
        new DurableListener() {
          @Override
          public void onDurable(long sequence) {}

          @Override
          public void onFailed(JournalException cause) {
            throw new AssertionError(cause);
          }
        });
    journal.close();
    assertThatExceptionOfType(JournalException.class)
        .isThrownBy(this::open)
        .satisfies(e -> assertThat(e.reason()).isEqualTo(Reason.DAMAGED));
  }

  @Test
  void killedProcess_losesNoVoucherItCalledDurable()
      throws IOException, InterruptedException, JournalException {
    long acknowledged = 0;
    for (int kill = 0; kill < KILLS; kill++) {
      Process process =
          new ProcessBuilder(
                  System.getProperty("java.home") + "/bin/java",
                  "-cp",
                  System.getProperty("java.class.path"),
                  VoucherWriter.class.getName(),
                  directory.toString(),
                  Long.toString(acknowledged))
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
      long wanted = acknowledged + 500 + 700L * kill;
      try (BufferedReader lines = process.inputReader(StandardCharsets.US_ASCII)) {
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
          acknowledged = Math.max(acknowledged, Long.parseLong(line));
          if (acknowledged >= wanted) {
            process.toHandle().destroyForcibly();
          }
        }
      }
      process.waitFor();
      assertThat(acknowledged).isGreaterThanOrEqualTo(wanted);
      try (Ledger ledger =
          Ledger.open(directory, DOMAIN, SMALL, InstantSource.system(), Runnable::run)) {
        SignedVoucher best = ledger.lane(lane(0)).received().orElseThrow();
        assertThat(best.voucher().bytesServed()).isGreaterThanOrEqualTo(acknowledged);
        assertThat(best.voucher().amount()).isEqualTo(Amount.of(2 * best.voucher().bytesServed()));
        acknowledged = best.voucher().bytesServed();
      }
    }
  }
}
