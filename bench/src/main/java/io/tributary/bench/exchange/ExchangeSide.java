package io.tributary.bench.exchange;

import com.sun.management.OperatingSystemMXBean;
import io.tributary.content.Fid;
import io.tributary.content.FragmentHash;
import io.tributary.content.Layout;
import io.tributary.content.Sha256;
import io.tributary.exchange.FragmentName;
import io.tributary.ledger.Amount;
import io.tributary.ledger.EvmAddress;
import io.tributary.ledger.Hash256;
import io.tributary.ledger.LaneId;
import io.tributary.ledger.PricePerGib;
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
import io.tributary.libp2p.Host;
import io.tributary.libp2p.identity.PrivateKey;
import io.tributary.libp2p.multiformats.Multiaddr;
import io.tributary.libp2p.security.tls.TlsProtocol;
import io.tributary.libp2p.time.EventLoopTimekeeper;
import io.tributary.libp2p.transport.IoEngine;
import java.lang.management.CompilationMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReference;

/**
 * What both processes of {@link ExchangeBench} have: a host, a ledger, and the fragment that is
 * moved again and again.
 */
final class ExchangeSide implements AutoCloseable {
  static final PricePerGib PRICE = PricePerGib.of(1_000_000_000_000L);
  private static final SettlementDomain DOMAIN =
      new SettlementDomain(31337, EvmAddress.of(new byte[EvmAddress.BYTES]));
  private static final int WARM_UP_IN_FLIGHT = 64;
  private static final OperatingSystemMXBean SYSTEM =
      (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
  private static final CompilationMXBean COMPILATION = ManagementFactory.getCompilationMXBean();

  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
  private static final String JOURNAL = "journal";
  private static final String SIGNING = "signing";

  private final ExecutorService journal = one(JOURNAL);
  private final IoEngine io = IoEngine.start(IoEngine.Kind.preferred(), 1);

  /** Where signatures are made and checked. */
  final ExecutorService computing = one(SIGNING);

  final EventLoopTimekeeper time =
      new EventLoopTimekeeper(io.group().next(), InstantSource.system());
  final Curve curve = Curve.fastest();
  final SigningKey key = SigningKey.generate(new SecureRandom(), curve);
  final ByteBuffer fragment = ByteBuffer.allocateDirect(Layout.FRAGMENT_BYTES);
  final FragmentName name;
  final Ledger ledger;
  final Host host;

  /**
   * Starts a host.
   *
   * @param folder where the ledger is kept
   */
  ExchangeSide(Path folder) throws JournalException {
    this.ledger =
        Ledger.open(folder, DOMAIN, JournalOptions.defaults(), InstantSource.system(), journal);
    SplittableRandom random = new SplittableRandom(1);
    while (fragment.hasRemaining()) {
      fragment.putLong(random.nextLong());
    }
    fragment.flip();
    FragmentHash hash = new FragmentHash(Sha256.of(fragment.duplicate()));
    this.name = new FragmentName(new Fid(hash.digest()), 0, 0, hash);
    PrivateKey identity = PrivateKey.generate(new SecureRandom());
    this.host =
        Host.builder(identity)
            .io(io)
            .security(new TlsProtocol(identity))
            .listen(Multiaddr.parse("/ip4/127.0.0.1/tcp/0"))
            .build();
    host.start().awaitUninterruptibly();
  }

  private static ExecutorService one(String name) {
    return Executors.newSingleThreadExecutor(task -> new Thread(task, name));
  }

  /**
   * Processor time so far, in nanoseconds: {@code cpuNanos} of the whole process, and of its
   * threads that move bytes, sign or check, and write down. The rest is the virtual machine's.
   */
  static Map<String, Long> usage() {
    return Map.of(
        "cpuNanos", SYSTEM.getProcessCpuTime(),
        "loopNanos", nanosOf("libp2p"),
        "signingNanos", nanosOf(SIGNING),
        "journalNanos", nanosOf(JOURNAL));
  }

  private static long nanosOf(String namedSo) {
    long nanos = 0;
    for (ThreadInfo each : THREADS.getThreadInfo(THREADS.getAllThreadIds())) {
      if (each != null && each.getThreadName().startsWith(namedSo)) {
        nanos += Math.max(0, THREADS.getThreadCpuTime(each.getThreadId()));
      }
    }
    return nanos;
  }

  /** The time that compilers have taken so far, in milliseconds. */
  static long compileMillis() {
    return COMPILATION.isCompilationTimeMonitoringSupported()
        ? COMPILATION.getTotalCompilationTime()
        : 0;
  }

  /** Signs, checks and writes down vouchers of a lane that nothing is served on. */
  void warmUp(int vouchers) throws JournalException {
    VoucherDigest digest = new VoucherDigest(DOMAIN);
    LaneId lane = new LaneId(key.address(), key.address(), 0);
    Semaphore room = new Semaphore(WARM_UP_IN_FLIGHT);
    AtomicReference<JournalException> failure = new AtomicReference<>();
    for (int i = 1; i <= vouchers && failure.get() == null; i++) {
      Voucher voucher = new Voucher(lane, Amount.of(i), i, Integer.MAX_VALUE, Hash256.ZERO);
      Hash256 hash = digest.of(voucher);
      Signature signature = key.sign(hash);
      if (!curve.verify(signature, hash.toBytes(), key.publicKey())) {
        throw new IllegalStateException("a signature of ours is wrong");
      }
      room.acquireUninterruptibly();
      ledger.record(
          new VoucherIn(new SignedVoucher(voucher, signature)),
          new DurableListener() {
            @Override
            public void onDurable(long sequence) {
              room.release();
            }

            @Override
            public void onFailed(JournalException cause) {
              failure.set(cause);
              room.release();
            }
          });
    }
    room.acquireUninterruptibly(WARM_UP_IN_FLIGHT);
    if (failure.get() != null) {
      throw failure.get();
    }
  }

  @Override
  public void close() {
    host.close();
    ledger.close();
    io.close();
    computing.shutdown();
    journal.shutdown();
  }
}
