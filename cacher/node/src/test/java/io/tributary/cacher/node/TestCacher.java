package io.tributary.cacher.node;

import io.netty.buffer.ByteBuf;
import io.tributary.cacher.node.demand.DemandMetrics;
import io.tributary.cacher.node.fill.FillEnd;
import io.tributary.cacher.node.fill.FillMetrics;
import io.tributary.cacher.node.serve.Pace;
import io.tributary.cacher.node.serve.ServeMetrics;
import io.tributary.cacher.node.serve.ServingRules;
import io.tributary.cacher.node.upstream.UpstreamEnd;
import io.tributary.cacher.store.hot.HotFragments;
import io.tributary.cacher.store.hot.HotOptions;
import io.tributary.cacher.store.hot.StoreMetrics;
import io.tributary.content.ByteRange;
import io.tributary.content.Layout;
import io.tributary.exchange.ExchangeMetrics;
import io.tributary.exchange.FragmentName;
import io.tributary.exchange.client.ClientSettings;
import io.tributary.exchange.client.Fetch;
import io.tributary.exchange.client.FetchException;
import io.tributary.exchange.client.FetchRequest;
import io.tributary.exchange.client.FetchResult;
import io.tributary.exchange.client.FragmentClient;
import io.tributary.exchange.client.FragmentConsumer;
import io.tributary.exchange.client.Payer;
import io.tributary.exchange.client.Provider;
import io.tributary.exchange.lane.SettledVouchers;
import io.tributary.exchange.lane.UnprovenLimits;
import io.tributary.exchange.server.Payee;
import io.tributary.fetch.SourceKind;
import io.tributary.fetch.guard.SourceGuards;
import io.tributary.ledger.Amount;
import io.tributary.ledger.Escrow;
import io.tributary.ledger.EvmAddress;
import io.tributary.ledger.PricePerGib;
import io.tributary.ledger.SettlementDomain;
import io.tributary.ledger.book.Ledger;
import io.tributary.ledger.credit.CreditTerms;
import io.tributary.ledger.journal.JournalOptions;
import io.tributary.ledger.signature.Curve;
import io.tributary.ledger.signature.SigningKey;
import io.tributary.libp2p.Host;
import io.tributary.libp2p.identity.PrivateKey;
import io.tributary.libp2p.multiformats.Multiaddr;
import io.tributary.libp2p.security.tls.TlsProtocol;
import io.tributary.libp2p.time.EventLoopTimekeeper;
import io.tributary.libp2p.time.Timekeeper;
import io.tributary.libp2p.transport.IoEngine;
import io.tributary.region.Region;
import io.tributary.region.placement.Placement;
import io.tributary.region.placement.StakeView;
import io.tributary.region.record.CacherOffer;
import io.tributary.region.record.CacherRecord;
import io.tributary.region.record.SignedRecord;
import io.tributary.region.record.Validity;
import java.io.ByteArrayOutputStream;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;

/** A cacher on a real host over loopback, with a real store and journal. */
final class TestCacher implements AutoCloseable {
  static final Duration PATIENCE = Duration.ofSeconds(30);
  static final PricePerGib PRICE = PricePerGib.of(1L << 20);
  static final Region REGION = new Region("eu-west");
  private static final SettlementDomain DOMAIN =
      new SettlementDomain(31337, EvmAddress.of(new byte[EvmAddress.BYTES]));
  private static final JournalOptions JOURNAL =
      new JournalOptions(1 << 20, 100_000, 256 << 10, 4, 2);

  /** Counts by name. */
  static final class Counts implements FillMetrics, ServeMetrics, DemandMetrics {
    private final Map<String, AtomicLong> counts = new ConcurrentHashMap<>();

    long of(String name) {
      return counts.getOrDefault(name, new AtomicLong()).get();
    }

    private void count(String name) {
      counts.computeIfAbsent(name, key -> new AtomicLong()).incrementAndGet();
    }

    @Override
    public void joined() {
      count("joined");
    }

    @Override
    public void ended(FillEnd end, Duration took) {
      count("ended " + end);
    }

    @Override
    public void fetched(SourceKind kind, UpstreamEnd.Kind end, long bytes, Duration took) {
      count("fetched " + kind + " " + end);
      count("fetched");
    }

    @Override
    public void passedOver(SourceKind kind, SourceGuards.Refusal why) {
      count("passed over " + why);
    }

    @Override
    public void raised(int homes) {
      count("raised to " + homes);
    }

    @Override
    public void lowered(int homes) {
      count("lowered to " + homes);
    }

    @Override
    public void asked(AskEnd end) {
      count("asked " + end);
    }

    @Override
    public void prefetched(PrefetchEnd end, long bytes) {
      count("prefetch " + end);
    }

    @Override
    public void prefetchUsed() {
      count("prefetch used");
    }

    @Override
    public void answered(Answered how) {
      count("answered " + how);
    }

    @Override
    public String toString() {
      return counts.toString();
    }
  }

  final IoEngine io = IoEngine.start(IoEngine.Kind.preferred(), 2);
  final ExecutorService executor = Executors.newFixedThreadPool(4);
  final ExecutorService journals = Executors.newFixedThreadPool(2);

  /** How wrong this cacher's time of day is. */
  final AtomicReference<Duration> skew = new AtomicReference<>(Duration.ZERO);

  final Timekeeper time =
      new EventLoopTimekeeper(io.group().next(), () -> Instant.now().plus(skew.get()));
  final Counts counts = new Counts();
  final SigningKey key = SigningKey.generate(new SecureRandom(), Curve.fastest());
  final Host host;
  final HotFragments hot;
  final Ledger ledger;
  final CacherNode node;
  volatile Placement placement = Placement.of(REGION, List.of(), StakeView.NONE);

  TestCacher(Path directory, TestOrigin origin) throws Exception {
    this(directory, origin, NodeSettings.of(PRICE), ServingRules.NONE, 256L << 20);
  }

  TestCacher(
      Path directory, TestOrigin origin, NodeSettings settings, ServingRules rules, long quotaBytes)
      throws Exception {
    host = host(io);
    hot =
        HotFragments.open(
            directory.resolve("store"),
            HotOptions.ofQuota(quotaBytes),
            executor,
            StoreMetrics.NONE);
    ledger = ledger(directory.resolve("ledger"), journals);
    Payee payee =
        new Payee(
            key.address(),
            ledger,
            (lane, signer) -> Optional.of(new Escrow(Amount.ZERO, Amount.of(Long.MAX_VALUE))),
            SettledVouchers.NONE,
            CreditTerms.defaults(),
            Curve.fastest());
    node =
        new CacherNode(
            settings,
            new NodeParts(
                host,
                hot,
                origin.chain,
                origin.miners,
                () -> placement,
                rules,
                new Pace(0, 0, time),
                payee,
                Optional.of(payer(key, ledger)),
                executor,
                time,
                new SplittableRandom(1),
                name -> {},
                new NodeParts.Metrics(
                    ExchangeMetrics.NONE, ExchangeMetrics.NONE, counts, counts, counts)));
    node.start();
  }

  static Host host(IoEngine io) {
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

  static Ledger ledger(Path directory, ExecutorService journals) throws Exception {
    return Ledger.open(directory, DOMAIN, JOURNAL, InstantSource.system(), journals);
  }

  static Payer payer(SigningKey key, Ledger ledger) {
    return new Payer(
        key.address(),
        1,
        key,
        Curve.fastest(),
        ledger,
        SettledVouchers.NONE,
        CreditTerms.defaults(),
        PRICE,
        UnprovenLimits.defaults());
  }

  Provider provider() {
    return new Provider(
        host.peerId(), List.copyOf(host.listenAddresses()), Optional.of(key.address()));
  }

  SignedRecord record() {
    return record(REGION);
  }

  SignedRecord record(Region region) {
    return SignedRecord.seal(
        new CacherRecord(
            host.peerId(),
            List.copyOf(host.listenAddresses()),
            region,
            new CacherOffer(1L << 40, PRICE, key.address(), List.of()),
            1,
            new Validity(Instant.now(), Duration.ofHours(1)),
            false),
        host.identity());
  }

  /** Lets cachers know of each other. */
  static void introduce(TestCacher... cachers) {
    List<SignedRecord> records = Arrays.stream(cachers).map(TestCacher::record).toList();
    for (TestCacher cacher : cachers) {
      cacher.placement = Placement.of(REGION, records, StakeView.NONE);
    }
  }

  /** A client that has no money. */
  static final class Guest implements AutoCloseable {
    final Host host;
    final FragmentClient client;

    Guest(TestCacher cacher) {
      this(cacher.io, cacher.executor, cacher.time);
    }

    Guest(IoEngine io, Executor executor, Timekeeper time) {
      host = host(io);
      client =
          new FragmentClient(
              host,
              Optional.empty(),
              ClientSettings.defaults(),
              executor,
              time,
              ExchangeMetrics.NONE);
    }

    /** Fetches all of a fragment, or a range of it. */
    Got get(TestCacher cacher, FragmentName name, long offset, long length) {
      Provider at =
          new Provider(
              cacher.host.peerId(), List.copyOf(cacher.host.listenAddresses()), Optional.empty());
      return begin(client, at, name, offset, length);
    }

    @Override
    public void close() {
      host.close();
    }
  }

  /** What came. */
  record Got(ByteArrayOutputStream bytes, Fetch fetch) {
    FetchResult result() {
      return fetch.result().orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS).join();
    }

    FetchException failure() {
      CompletableFuture<FetchException> failure = new CompletableFuture<>();
      fetch
          .result()
          .whenComplete(
              (result, thrown) -> {
                Throwable cause =
                    thrown instanceof CompletionException wrapped ? wrapped.getCause() : thrown;
                if (cause instanceof FetchException told) {
                  failure.complete(told);
                } else {
                  failure.completeExceptionally(new AssertionError("not failed: " + result));
                }
              });
      return failure.orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS).join();
    }
  }

  static Got begin(
      FragmentClient client, Provider at, FragmentName name, long offset, long length) {
    FetchRequest request =
        length == Layout.FRAGMENT_BYTES
            ? FetchRequest.whole(name, PRICE, PATIENCE)
            : FetchRequest.range(name, new ByteRange(offset, length), PRICE, PATIENCE);
    return begin(client, at, request);
  }

  static Got begin(FragmentClient client, Provider at, FetchRequest request) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    FragmentConsumer consumer =
        (ByteBuf more) -> {
          synchronized (bytes) {
            byte[] copy = new byte[more.readableBytes()];
            more.readBytes(copy);
            bytes.writeBytes(copy);
          }
          more.release();
        };
    Fetch fetch = client.fetch(at, request, consumer);
    fetch.request(Fetch.UNBOUNDED);
    return new Got(bytes, fetch);
  }

  @Override
  public void close() {
    node.close();
    host.close();
    executor.shutdown();
    ledger.close();
    hot.close();
    journals.shutdown();
    io.shutdown().awaitUninterruptibly();
  }
}
