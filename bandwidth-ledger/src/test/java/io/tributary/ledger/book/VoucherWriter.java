package io.tributary.ledger.book;

import io.tributary.ledger.Amount;
import io.tributary.ledger.EvmAddress;
import io.tributary.ledger.Hash256;
import io.tributary.ledger.LaneId;
import io.tributary.ledger.SettlementDomain;
import io.tributary.ledger.SignedVoucher;
import io.tributary.ledger.Voucher;
import io.tributary.ledger.VoucherDigest;
import io.tributary.ledger.book.LedgerRecord.VoucherIn;
import io.tributary.ledger.journal.Journal.DurableListener;
import io.tributary.ledger.journal.JournalException;
import io.tributary.ledger.journal.JournalOptions;
import io.tributary.ledger.signature.Curve;
import io.tributary.ledger.signature.SigningKey;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;

/** A process that records vouchers, and prints the bytes of each once it is durable. */
public final class VoucherWriter {
  private static final int IN_FLIGHT = 64;

  private VoucherWriter() {}

  /** Runs until it is killed; takes a directory and the bytes to begin with. */
  public static void main(String[] arguments) throws JournalException, InterruptedException {
    SettlementDomain domain =
        new SettlementDomain(31337, EvmAddress.of(new byte[EvmAddress.BYTES]));
    byte[] raw = new byte[32];
    raw[31] = 9;
    SigningKey key = SigningKey.of(raw, Curve.fastest());
    LaneId lane = new LaneId(key.address(), EvmAddress.of(new byte[EvmAddress.BYTES]), 0);
    VoucherDigest digest = new VoucherDigest(domain);
    Semaphore room = new Semaphore(IN_FLIGHT);
    Ledger ledger =
        Ledger.open(
            Path.of(arguments[0]),
            domain,
            new JournalOptions(512 << 10, 100_000, 128 << 10, 2, 1),
            InstantSource.system(),
            Executors.newSingleThreadExecutor());
    for (long bytes = Long.parseLong(arguments[1]) + 1; ; bytes++) {
      room.acquire();
      long now = bytes;
      Voucher voucher =
          new Voucher(lane, Amount.of(2 * bytes), bytes, 4_000_000_000L, Hash256.ZERO);
      ledger.record(
          new VoucherIn(new SignedVoucher(voucher, key.sign(digest.of(voucher)))),
          new DurableListener() {
            @Override
            public void onDurable(long sequence) {
              System.out.println(now);
              room.release();
            }

            @Override
            public void onFailed(JournalException cause) {
              throw new AssertionError(cause);
            }
          });
    }
  }
}
