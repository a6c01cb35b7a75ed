package io.tributary.bench.exchange;

import io.netty.buffer.ByteBuf;
import io.tributary.bench.exchange.ExchangeReport.Round;
import io.tributary.content.Fid;
import io.tributary.content.FragmentHash;
import io.tributary.content.Layout;
import io.tributary.content.Sha256;
import io.tributary.exchange.ExchangeMetrics;
import io.tributary.exchange.FragmentName;
import io.tributary.exchange.FragmentRequest;
import io.tributary.exchange.client.ClientSettings;
import io.tributary.exchange.client.Fetch;
import io.tributary.exchange.client.FetchRequest;
import io.tributary.exchange.client.FetchResult;
import io.tributary.exchange.client.FragmentClient;
import io.tributary.exchange.client.Payer;
import io.tributary.exchange.client.Provider;
import io.tributary.exchange.lane.SettledVouchers;
import io.tributary.exchange.lane.UnprovenLimits;
import io.tributary.exchange.server.AccessPolicy.Admission;
import io.tributary.exchange.server.FragmentServer;
import io.tributary.exchange.server.FragmentSource;
import io.tributary.exchange.server.HeldFragment;
import io.tributary.exchange.server.Payee;
import io.tributary.exchange.server.ServerSettings;
import io.tributary.ledger.Amount;
import io.tributary.ledger.Escrow;
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
import io.tributary.ledger.credit.CreditTerms;
import io.tributary.ledger.journal.Journal.DurableListener;
import io.tributary.ledger.journal.JournalException;
import io.tributary.ledger.journal.JournalOptions;
import io.tributary.ledger.signature.Curve;
import io.tributary.ledger.signature.Signature;
import io.tributary.ledger.signature.SigningKey;
import io.tributary.libp2p.Connection;
import io.tributary.libp2p.Host;
import io.tributary.libp2p.identity.PrivateKey;
import io.tributary.libp2p.multiformats.Multiaddr;
import io.tributary.libp2p.multiformats.PeerId;
import io.tributary.libp2p.security.tls.TlsProtocol;
import io.tributary.libp2p.time.EventLoopTimekeeper;
import io.tributary.libp2p.transport.IoEngine;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Measures what accounting costs: two hosts over loopback with TLS move the same fragments, in turn
 * as gifts and paid for, on one connection. Both sides, their journals and their signatures share
 * the machine, and fragments are hashed in both cases. As many are under way at a time as a payer
 * with a full window may ask for.
 *
 * <p>Transfers are short and the order changes from round to round (A B, B A, ...), so that what
 * else the machine does falls on both; what counts is the median over all rounds of the quotient of
 * two neighbours. Before, so many vouchers are signed, checked and written down that their code is
 * compiled, as it is in a node that has run for an hour.
 */
public final class ExchangeBench {
  private static final int ROUNDS = 30;
  private static final int WARM_UP_ROUNDS = 15;
  private static final int WARM_UP_VOUCHERS = 20_000;
  private static final int WARM_UP_IN_FLIGHT = 64;
  private static final int FRAGMENTS = 16;
  private static final int IN_FLIGHT = 3;
  private static final Duration DEADLINE = Duration.ofMinutes(1);
  private static final PricePerGib PRICE = PricePerGib.of(1_000_000_000_000L);
  private static final EvmAddress ZERO = EvmAddress.of(new byte[EvmAddress.BYTES]);
  private static final double MIB = 1 << 20;

  private final Path directory;
  private final PrintStream progress;

  /**
   * A measurement.
   *
   * @param directory where journals are kept meanwhile; a folder is made in it and removed
   * @param progress told what goes on
   */
  public ExchangeBench(Path directory, PrintStream progress) {
    this.directory = directory;
    this.progress = progress;
  }

  /** Runs everything; takes less than a minute. */
  public ExchangeReport run() throws IOException, JournalException, InterruptedException {
    Path folder = Files.createTempDirectory(directory, "exchange-bench");
    ExecutorService journals = Executors.newFixedThreadPool(2);
    ExecutorService computing = Executors.newFixedThreadPool(2);
    JournalOptions options = JournalOptions.defaults();
    SettlementDomain domain = new SettlementDomain(31337, ZERO);
    InstantSource clock = InstantSource.system();
    try (IoEngine io = IoEngine.start(IoEngine.Kind.preferred(), 2);
        Ledger served = Ledger.open(folder.resolve("payee"), domain, options, clock, journals);
        Ledger paid = Ledger.open(folder.resolve("payer"), domain, options, clock, journals);
        Host far = host(io);
        Host near = host(io)) {
      return new Run(io, computing, served, paid, far, near).report();
    } finally {
      computing.shutdown();
      journals.shutdown();
      delete(folder);
    }
  }

  private static Host host(IoEngine io) {
    PrivateKey identity = PrivateKey.generate(new SecureRandom());
    Host host =
        Host.builder(identity)
            .io(io)
            .security(new TlsProtocol(identity))
            .listen(Multiaddr.parse("/ip4/127.0.0.1/tcp/0"))
            .build();
    host.start().awaitUninterruptibly();
    return host;
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  private final class Run {
    private final Curve curve = Curve.fastest();
    private final SigningKey key = SigningKey.generate(new SecureRandom(), curve);
    private final EvmAddress payee = SigningKey.generate(new SecureRandom(), curve).address();
    private final AtomicLong vouchers = new AtomicLong();
    private final AtomicLong cutOffs = new AtomicLong();
    private final Ledger ledger;
    private final Host near;
    private final Provider provider;
    private final FragmentName name;
    private final FragmentClient plainClient;
    private final FragmentClient paidClient;
    private final FragmentServer server;

    Run(
        IoEngine io,
        ExecutorService computing,
        Ledger servedLedger,
        Ledger paidLedger,
        Host far,
        Host near) {
      this.ledger = servedLedger;
      this.near = near;
      ByteBuffer fragment = ByteBuffer.allocateDirect(Layout.FRAGMENT_BYTES);
      SplittableRandom random = new SplittableRandom(1);
      while (fragment.hasRemaining()) {
        fragment.putLong(random.nextLong());
      }
      fragment.flip();
      FragmentHash hash = new FragmentHash(Sha256.of(fragment));
      this.name = new FragmentName(new Fid(hash.digest()), 0, 0, hash);
      EventLoopTimekeeper time = new EventLoopTimekeeper(io.group().next(), InstantSource.system());
      this.server =
          new FragmentServer(
              far,
              new OneFragment(fragment),
              (peer, request) ->
                  request.payment().isPresent() ? new Admission.Paid() : new Admission.Gift(),
              new Payee(
                  payee,
                  servedLedger,
                  (lane, signer) -> Optional.of(new Escrow(Amount.ZERO, Amount.of(Long.MAX_VALUE))),
                  SettledVouchers.NONE,
                  CreditTerms.defaults(),
                  curve),
              PRICE,
              ServerSettings.defaults(),
              computing,
              time,
              new ExchangeMetrics() {
                @Override
                public void voucherReceived() {
                  vouchers.incrementAndGet();
                }

                @Override
                public void cutOff() {
                  cutOffs.incrementAndGet();
                }
              });
      Payer payer =
          new Payer(
              key.address(),
              1,
              key,
              curve,
              paidLedger,
              SettledVouchers.NONE,
              CreditTerms.defaults(),
              PRICE,
              UnprovenLimits.defaults());
      Function<Optional<Payer>, FragmentClient> client =
          who ->
              new FragmentClient(
                  near, who, ClientSettings.defaults(), computing, time, ExchangeMetrics.NONE);
      this.plainClient = client.apply(Optional.empty());
      this.paidClient = client.apply(Optional.of(payer));
      this.provider =
          new Provider(far.peerId(), List.copyOf(far.listenAddresses()), Optional.of(payee));
    }

    ExchangeReport report() throws InterruptedException {
      server.start();
      progress.println("warming up, " + WARM_UP_VOUCHERS + " vouchers");
      warmUpVouchers();
      for (int i = 0; i < WARM_UP_ROUNDS; i++) {
        progress.println("warming up, " + (i + 1) + " of " + WARM_UP_ROUNDS);
        transfer(plainClient);
        transfer(paidClient);
      }
      vouchers.set(0);
      cutOffs.set(0);
      List<Round> rounds = new ArrayList<>();
      long plainBytes = 0;
      long paidBytes = 0;
      for (int i = 0; i < ROUNDS; i++) {
        boolean isPlainFirst = i % 2 == 0;
        long start = streamBytes();
        double first = transfer(isPlainFirst ? plainClient : paidClient);
        long middle = streamBytes();
        double second = transfer(isPlainFirst ? paidClient : plainClient);
        long end = streamBytes();
        plainBytes += isPlainFirst ? middle - start : end - middle;
        paidBytes += isPlainFirst ? end - middle : middle - start;
        rounds.add(isPlainFirst ? new Round(first, second) : new Round(second, first));
        progress.printf("round %d of %d: %s%n", i + 1, ROUNDS, rounds.get(i));
      }
      server.close();
      return new ExchangeReport(
          Runtime.version().toString(),
          curve.name(),
          rounds,
          median(rounds, Round::plain),
          median(rounds, Round::paid),
          median(rounds, Round::costPercent),
          quantile(rounds, Round::costPercent, 0.25),
          quantile(rounds, Round::costPercent, 0.75),
          100.0 * (paidBytes - plainBytes) / plainBytes,
          vouchers.get(),
          cutOffs.get());
    }

    /** Signs, checks and writes down vouchers of a lane that nothing is served on. */
    private void warmUpVouchers() {
      VoucherDigest digest = new VoucherDigest(ledger.domain());
      LaneId lane = new LaneId(key.address(), payee, 0);
      Semaphore room = new Semaphore(WARM_UP_IN_FLIGHT);
      for (int i = 1; i <= WARM_UP_VOUCHERS; i++) {
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
                progress.println("a voucher could not be written down: " + cause.reason());
                room.release();
              }
            });
      }
      room.acquireUninterruptibly(WARM_UP_IN_FLIGHT);
    }

    private long streamBytes() {
      long bytes = 0;
      for (Connection each : near.connections()) {
        bytes += each.stats().bytesReceived() + each.stats().bytesSent();
      }
      return bytes;
    }

    /** Moves all fragments; returns MiB/s. */
    private double transfer(FragmentClient client) throws InterruptedException {
      Semaphore room = new Semaphore(IN_FLIGHT);
      Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
      long start = System.nanoTime();
      for (int i = 0; i < FRAGMENTS; i++) {
        room.acquire();
        Fetch fetch =
            client.fetch(provider, FetchRequest.whole(name, PRICE, DEADLINE), ByteBuf::release);
        fetch
            .result()
            .whenComplete(
                (FetchResult result, Throwable failure) -> {
                  if (failure != null) {
                    failures.add(failure);
                  }
                  room.release();
                });
        fetch.request(Fetch.UNBOUNDED);
      }
      room.acquire(IN_FLIGHT);
      double seconds = (System.nanoTime() - start) / 1e9;
      for (Throwable failure : failures) {
        throw new IllegalStateException("a fetch failed", failure);
      }
      return FRAGMENTS * (Layout.FRAGMENT_BYTES / MIB) / seconds;
    }
  }

  private static double median(List<Round> rounds, Function<Round, Double> figure) {
    return quantile(rounds, figure, 0.5);
  }

  private static double quantile(List<Round> rounds, Function<Round, Double> figure, double share) {
    List<Double> sorted = rounds.stream().map(figure).sorted().toList();
    return sorted.get((int) (sorted.size() * share));
  }

  /** A cache of one fragment. */
  private record OneFragment(ByteBuffer bytes) implements FragmentSource {
    @Override
    public CompletionStage<Answer> find(PeerId peer, FragmentRequest request) {
      return CompletableFuture.completedStage(
          new Answer.Found(HeldFragment.of(bytes.duplicate(), () -> {})));
    }

    @Override
    public CompletionStage<BitSet> held(List<FragmentHash> fragments) {
      return CompletableFuture.completedStage(new BitSet());
    }
  }
}
