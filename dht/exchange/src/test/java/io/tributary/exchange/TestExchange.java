package io.tributary.exchange;

import io.netty.buffer.ByteBuf;
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
import io.tributary.exchange.server.AccessPolicy;
import io.tributary.exchange.server.FragmentServer;
import io.tributary.exchange.server.Payee;
import io.tributary.exchange.server.ServerSettings;
import io.tributary.ledger.Amount;
import io.tributary.ledger.Escrow;
import io.tributary.ledger.EscrowView;
import io.tributary.ledger.EvmAddress;
import io.tributary.ledger.LaneId;
import io.tributary.ledger.PricePerGib;
import io.tributary.ledger.SettlementDomain;
import io.tributary.ledger.SignedVoucher;
import io.tributary.ledger.book.Ledger;
import io.tributary.ledger.credit.CreditTerms;
import io.tributary.ledger.credit.Verdict;
import io.tributary.ledger.journal.JournalException;
import io.tributary.ledger.journal.JournalOptions;
import io.tributary.ledger.signature.Curve;
import io.tributary.ledger.signature.SigningKey;
import io.tributary.libp2p.Host;
import io.tributary.libp2p.identity.PrivateKey;
import io.tributary.libp2p.multiformats.Multiaddr;
import io.tributary.libp2p.security.tls.TlsProtocol;
import io.tributary.libp2p.time.EventLoopTimekeeper;
import io.tributary.libp2p.transport.IoEngine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** A payer and a payee on real hosts over loopback with TLS, with real journals. */
final class TestExchange implements AutoCloseable {
  static final PricePerGib PRICE = PricePerGib.of(1L << 30);
  static final Duration PATIENCE = Duration.ofSeconds(20);
  static final SettlementDomain DOMAIN =
      new SettlementDomain(31337, EvmAddress.of(new byte[EvmAddress.BYTES]));
  private static final JournalOptions JOURNAL =
      new JournalOptions(1 << 20, 100_000, 256 << 10, 4, 2);

  /** What a test may change before it starts a side. */
  static final class Config {
    CreditTerms terms = CreditTerms.defaults();
    ServerSettings server = ServerSettings.defaults();
    ClientSettings client = ClientSettings.defaults();
    AccessPolicy access = AccessPolicy.PAID;
    volatile SettledVouchers settled = SettledVouchers.NONE;
    EscrowView escrow =
        (lane, signer) -> Optional.of(new Escrow(Amount.ZERO, Amount.of(Long.MAX_VALUE)));
  }

  /** Counts by name. */
  static final class Counts implements ExchangeMetrics {
    final Map<String, AtomicLong> counts = new ConcurrentHashMap<>();

    long of(String name) {
      return counts.getOrDefault(name, new AtomicLong()).get();
    }

    private void count(String name) {
      counts.computeIfAbsent(name, key -> new AtomicLong()).incrementAndGet();
    }

    @Override
    public void answered(Status status, CacheOutcome outcome) {
      count("answered " + status);
    }

    @Override
    public void delivered(Priority priority, String ending, long bytes) {
      count("delivered " + ending);
    }

    @Override
    public void cutOff() {
      count("cut off");
    }

    @Override
    public void fetched(String ending, long bytes) {
      count("fetched " + ending);
    }

    @Override
    public void voucherReceived() {
      count("received");
    }

    @Override
    public void voucherIssued() {
      count("issued");
    }

    @Override
    public void judged(Verdict verdict) {
      count("judged " + verdict);
    }

    @Override
    public void voucherRefused(Verdict verdict) {
      count("refused " + verdict);
    }
  }

  final Config config = new Config();
  final TestFragments fragments = new TestFragments();
  final IoEngine io = IoEngine.start(IoEngine.Kind.preferred(), 2);
  final Counts served = new Counts();
  final Counts fetched = new Counts();
  final SigningKey payerKey = key(7);
  final EvmAddress payeeAddress = key(9).address();
  final LaneId laneId = new LaneId(payerKey.address(), payeeAddress, 4);
  private final ExecutorService journals = Executors.newFixedThreadPool(2);
  private final ExecutorService computing = Executors.newFixedThreadPool(2);
  private final PrivateKey serverIdentity = PrivateKey.generate(new SecureRandom());
  private final PrivateKey clientIdentity = PrivateKey.generate(new SecureRandom());
  private final Path directory;

  Optional<Host> serverHost = Optional.empty();
  Optional<Host> clientHost = Optional.empty();
  Optional<Ledger> serverLedger = Optional.empty();
  Optional<Ledger> clientLedger = Optional.empty();
  private Optional<FragmentServer> server = Optional.empty();
  private Optional<FragmentClient> client = Optional.empty();

  TestExchange(Path directory) {
    this.directory = directory;
  }

  static SigningKey key(int number) {
    byte[] raw = new byte[Curve.SCALAR_BYTES];
    raw[raw.length - 1] = (byte) number;
    return SigningKey.of(raw, Curve.fastest());
  }

  TestExchange start() {
    startServer();
    startClient();
    return this;
  }

  private Host host(PrivateKey identity) {
    Host host =
        Host.builder(identity)
            .io(io)
            .security(new TlsProtocol(identity))
            .listen(Multiaddr.parse("/ip4/127.0.0.1/tcp/0"))
            .build();
    host.start().awaitUninterruptibly();
    return host;
  }

  private Ledger ledger(String name) {
    try {
      return Ledger.open(
          directory.resolve(name), DOMAIN, JOURNAL, InstantSource.system(), journals);
    } catch (JournalException e) {
      throw new AssertionError(e);
    }
  }

  private EventLoopTimekeeper time() {
    return new EventLoopTimekeeper(io.group().next(), InstantSource.system());
  }

  void startServer() {
    Host host = host(serverIdentity);
    Ledger ledger = ledger("payee");
    Payee payee =
        new Payee(
            payeeAddress,
            ledger,
            (lane, signer) -> config.escrow.escrow(lane, signer),
            lane -> config.settled.settled(lane),
            config.terms,
            Curve.fastest());
    FragmentServer made =
        new FragmentServer(
            host,
            fragments,
            (peer, request) -> config.access.admit(peer, request),
            payee,
            PRICE,
            config.server,
            computing,
            time(),
            served);
    made.start();
    serverHost = Optional.of(host);
    serverLedger = Optional.of(ledger);
    server = Optional.of(made);
  }

  void startClient() {
    Host host = host(clientIdentity);
    Ledger ledger = ledger("payer");
    clientHost = Optional.of(host);
    clientLedger = Optional.of(ledger);
    client =
        Optional.of(
            new FragmentClient(
                host,
                Optional.of(payer(ledger, payerKey)),
                config.client,
                computing,
                time(),
                fetched));
  }

  Payer payer(Ledger ledger, SigningKey key) {
    return new Payer(
        payerKey.address(),
        laneId.lane(),
        key,
        Curve.fastest(),
        ledger,
        lane -> config.settled.settled(lane),
        config.terms,
        PRICE,
        UnprovenLimits.defaults());
  }

  FragmentClient client() {
    return client.orElseThrow();
  }

  FragmentServer server() {
    return server.orElseThrow();
  }

  /** Takes both sides' books away, as when machines are set up anew; both are stopped. */
  void loseBooks() throws IOException {
    for (String name : List.of("payee", "payer")) {
      Files.move(directory.resolve(name), directory.resolve(name + " of old"));
    }
  }

  void stopServer() {
    server.ifPresent(FragmentServer::close);
    serverHost.ifPresent(Host::close);
    serverLedger.ifPresent(Ledger::close);
    serverHost = Optional.empty();
    serverLedger = Optional.empty();
    server = Optional.empty();
  }

  void stopClient() {
    clientHost.ifPresent(Host::close);
    clientLedger.ifPresent(Ledger::close);
    clientHost = Optional.empty();
    clientLedger = Optional.empty();
    client = Optional.empty();
  }

  Provider provider() {
    Host host = serverHost.orElseThrow();
    return new Provider(
        host.peerId(), List.copyOf(host.listenAddresses()), Optional.of(payeeAddress));
  }

  /** Bytes of the highest durable voucher at the payee's. */
  long paidBytes() {
    return serverLedger
        .orElseThrow()
        .lane(laneId)
        .received()
        .map(SignedVoucher::voucher)
        .map(voucher -> voucher.bytesServed())
        .orElse(0L);
  }

  static FetchRequest whole(FragmentName name) {
    return FetchRequest.whole(name, PRICE, PATIENCE);
  }

  static FetchRequest range(FragmentName name, long offset, long length) {
    return FetchRequest.range(name, TestFragments.range(offset, length), PRICE, PATIENCE);
  }

  /** Counts bytes and keeps the first ones. */
  static final class Sink implements FragmentConsumer {
    final AtomicLong bytes = new AtomicLong();
    final byte[] first = new byte[64];

    @Override
    public void onBytes(ByteBuf data) {
      long before = bytes.getAndAdd(data.readableBytes());
      if (before < first.length) {
        int taken = (int) Math.min(first.length - before, data.readableBytes());
        data.getBytes(data.readerIndex(), first, (int) before, taken);
      }
      data.release();
    }
  }

  Fetch begin(FetchRequest request, FragmentConsumer consumer) {
    Fetch fetch = client().fetch(provider(), request, consumer);
    fetch.request(Fetch.UNBOUNDED);
    return fetch;
  }

  FetchResult fetch(FetchRequest request) {
    return join(begin(request, new Sink()));
  }

  static FetchResult join(Fetch fetch) {
    return fetch.result().orTimeout(PATIENCE.toSeconds() + 5, TimeUnit.SECONDS).join();
  }

  /** The failure of a fetch. */
  static FetchException failure(Fetch fetch) {
    try {
      throw new AssertionError("did not fail: " + join(fetch));
    } catch (CompletionException e) {
      if (e.getCause() instanceof FetchException failure) {
        return failure;
      }
      throw e;
    }
  }

  @Override
  public void close() {
    stopClient();
    stopServer();
    io.close();
    computing.shutdown();
    journals.shutdown();
  }
}
