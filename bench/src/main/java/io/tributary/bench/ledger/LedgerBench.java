package io.tributary.bench.ledger;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tributary.bench.Goal;
import io.tributary.bench.ledger.LedgerReport.Appends;
import io.tributary.bench.ledger.LedgerReport.Recovery;
import io.tributary.bench.ledger.LedgerReport.Signatures;
import io.tributary.ledger.Amount;
import io.tributary.ledger.EvmAddress;
import io.tributary.ledger.Hash256;
import io.tributary.ledger.LaneId;
import io.tributary.ledger.SettlementDomain;
import io.tributary.ledger.SignedVoucher;
import io.tributary.ledger.Voucher;
import io.tributary.ledger.VoucherDigest;
import io.tributary.ledger.book.Ledger;
import io.tributary.ledger.book.LedgerRecord.VoucherIn;
import io.tributary.ledger.journal.Journal.DurableListener;
import io.tributary.ledger.journal.JournalException;
import io.tributary.ledger.journal.JournalOptions;
import io.tributary.ledger.signature.Curve;
import io.tributary.ledger.signature.Signature;
import io.tributary.ledger.signature.SigningKey;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.function.IntFunction;
import java.util.stream.Stream;

/** Measures the bandwidth ledger on this machine and its disk. */
public final class LedgerBench {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int ROUNDS = 9;
  private static final long ROUND_NANOS = 300_000_000L;
  private static final int LANES = 1000;
  private static final long RECOVERED = 1_000_000;
  private static final SettlementDomain DOMAIN =
      new SettlementDomain(31337, EvmAddress.of(new byte[EvmAddress.BYTES]));

  /** Whole journals are read when they are opened: no snapshot shortens it. */
  private static final JournalOptions OPTIONS =
      new JournalOptions(64 << 20, 1 << 16, 1 << 20, 1000, 16);

  private final Path directory;
  private final PrintStream progress;
  private final byte[] raw = new byte[Curve.SCALAR_BYTES];
  private final VoucherDigest digest = new VoucherDigest(DOMAIN);

  /**
   * A measurement.
   *
   * @param directory on the disk to be measured; a folder is made in it and removed
   * @param progress told what goes on
   */
  public LedgerBench(Path directory, PrintStream progress) {
    this.directory = directory;
    this.progress = progress;
    raw[Curve.SCALAR_BYTES - 1] = 9;
  }

  /** Returns a report as a JSON object. */
  public static String toJson(LedgerReport report) {
    try {
      return JSON.writeValueAsString(report);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a report of ours cannot be written as JSON", e);
    }
  }

  /** Runs everything; takes about a minute. */
  public LedgerReport run() throws IOException, JournalException, InterruptedException {
    List<Signatures> signatures = new ArrayList<>();
    for (Curve curve : Stream.of(Curve.fastest(), Curve.bouncyCastle()).distinct().toList()) {
      progress.println("signatures by " + curve.name());
      signatures.add(signatures(curve));
    }
    List<Appends> appends = new ArrayList<>();
    for (int inFlight : new int[] {1, 64, 1024}) {
      progress.println("vouchers, " + inFlight + " in flight");
      appends.add(appends(inFlight));
    }
    progress.println("opening a journal of " + RECOVERED + " records");
    Recovery recovery = recovery();
    return new LedgerReport(signatures, appends, recovery, goals(signatures, appends, recovery));
  }

  private static List<Goal> goals(
      List<Signatures> signatures, List<Appends> appends, Recovery recovery) {
    List<Goal> goals = new ArrayList<>();
    for (Signatures each : signatures) {
      boolean isNative = !each.curve().equals(Curve.bouncyCastle().name());
      goals.add(Goal.atMost("sign, us, " + each.curve(), each.signMicros(), isNative ? 25 : 80));
      goals.add(
          Goal.atMost("verify, us, " + each.curve(), each.verifyMicros(), isNative ? 35 : 100));
    }
    for (Appends each : appends) {
      if (each.inFlight() == 64) {
        goals.add(Goal.atLeast("durable per s, 64 in flight", each.perSecond(), 50_000));
        goals.add(Goal.atMost("p99, ms, 64 in flight", each.p99Millis(), 10));
      }
    }
    goals.add(Goal.atMost("opening a million records, s", recovery.seconds(), 1));
    return goals;
  }

  private Voucher voucher(long number) {
    byte[] payee = new byte[EvmAddress.BYTES];
    payee[0] = 1;
    LaneId lane =
        new LaneId(EvmAddress.of(new byte[EvmAddress.BYTES]), EvmAddress.of(payee), number % LANES);
    return new Voucher(lane, Amount.of(number), number, 4_000_000_000L, Hash256.ZERO);
  }

  private Signatures signatures(Curve curve) {
    SigningKey key = SigningKey.of(raw, curve);
    List<Voucher> vouchers = new ArrayList<>();
    List<Hash256> digests = new ArrayList<>();
    List<byte[]> hashes = new ArrayList<>();
    List<Signature> made = new ArrayList<>();
    for (int i = 0; i < 256; i++) {
      vouchers.add(voucher(i + 1));
      digests.add(digest.of(vouchers.get(i)));
      hashes.add(digests.get(i).toBytes());
      made.add(key.sign(digests.get(i)));
    }
    return new Signatures(
        curve.name(),
        medianMicros(i -> digest.of(vouchers.get(i & 255))),
        medianMicros(i -> key.sign(digests.get(i & 255))),
        medianMicros(i -> curve.verify(made.get(i & 255), hashes.get(i & 255), key.publicKey())),
        medianMicros(i -> curve.recover(made.get(i & 255), hashes.get(i & 255))));
  }

  /** The median of several rounds' mean times; the first two rounds warm up. */
  private static double medianMicros(IntFunction<Object> work) {
    double[] rounds = new double[ROUNDS];
    long sink = 0;
    for (int round = -2; round < ROUNDS; round++) {
      long start = System.nanoTime();
      int count = 0;
      while (System.nanoTime() - start < ROUND_NANOS) {
        sink += work.apply(count++).hashCode();
      }
      if (round >= 0) {
        rounds[round] = (System.nanoTime() - start) / 1e3 / count;
      }
    }
    Arrays.sort(rounds);
    return sink == 1 ? Double.NaN : rounds[ROUNDS / 2];
  }

  private Appends appends(int inFlight) throws IOException, JournalException, InterruptedException {
    Path folder = Files.createTempDirectory(directory, "ledger-bench");
    ExecutorService executor = Executors.newSingleThreadExecutor();
    int total = inFlight == 1 ? 20_000 : 400_000;
    int warmUp = total / 4;
    SignedVoucher[] vouchers = vouchers();
    long[] nanos = new long[total];
    Semaphore room = new Semaphore(inFlight);
    long start = 0;
    try (Ledger ledger = Ledger.open(folder, DOMAIN, OPTIONS, InstantSource.system(), executor)) {
      for (int i = 0; i < total + warmUp; i++) {
        room.acquire();
        if (i == warmUp) {
          start = System.nanoTime();
        }
        int index = i - warmUp;
        long asked = System.nanoTime();
        ledger.record(
            new VoucherIn(vouchers[i % LANES]),
            new Listener(
                () -> {
                  if (index >= 0) {
                    nanos[index] = System.nanoTime() - asked;
                  }
                  room.release();
                }));
      }
      room.acquire(inFlight);
    } finally {
      executor.shutdown();
      delete(folder);
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    Arrays.sort(nanos);
    return new Appends(
        inFlight, total / seconds, nanos[total / 2] / 1e6, nanos[total - total / 100] / 1e6);
  }

  private SignedVoucher[] vouchers() {
    SigningKey key = SigningKey.of(raw, Curve.fastest());
    SignedVoucher[] vouchers = new SignedVoucher[LANES];
    for (int i = 0; i < LANES; i++) {
      Voucher voucher = voucher(i + 1);
      vouchers[i] = new SignedVoucher(voucher, key.sign(digest.of(voucher)));
    }
    return vouchers;
  }

  private record Listener(Runnable durable) implements DurableListener {
    @Override
    public void onDurable(long sequence) {
      durable.run();
    }

    @Override
    public void onFailed(JournalException cause) {
      throw new IllegalStateException(cause);
    }
  }

  private Recovery recovery() throws IOException, JournalException, InterruptedException {
    Path folder = Files.createTempDirectory(directory, "ledger-bench");
    try {
      ExecutorService executor = Executors.newSingleThreadExecutor();
      SignedVoucher[] vouchers = vouchers();
      Semaphore room = new Semaphore(10_000);
      try (Ledger ledger = Ledger.open(folder, DOMAIN, OPTIONS, InstantSource.system(), executor)) {
        for (int i = 0; i < RECOVERED; i++) {
          room.acquire();
          ledger.record(new VoucherIn(vouchers[i % LANES]), new Listener(room::release));
        }
        room.acquire(10_000);
      } finally {
        executor.shutdown();
      }
      double best = Double.MAX_VALUE;
      for (int round = 0; round < 5; round++) {
        long start = System.nanoTime();
        Ledger.open(folder, DOMAIN, OPTIONS, InstantSource.system(), Runnable::run).close();
        best = Math.min(best, (System.nanoTime() - start) / 1e9);
      }
      return new Recovery(RECOVERED, best);
    } finally {
      delete(folder);
    }
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
