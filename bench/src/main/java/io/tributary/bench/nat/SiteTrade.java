package io.tributary.bench.nat;

import io.netty.buffer.ByteBuf;
import io.tributary.content.Fid;
import io.tributary.content.FragmentHash;
import io.tributary.content.Layout;
import io.tributary.content.Sha256;
import io.tributary.exchange.ExchangeMetrics;
import io.tributary.exchange.FragmentName;
import io.tributary.exchange.FragmentRequest;
import io.tributary.exchange.client.ClientSettings;
import io.tributary.exchange.client.Fetch;
import io.tributary.exchange.client.FetchException;
import io.tributary.exchange.client.FetchRequest;
import io.tributary.exchange.client.FetchResult;
import io.tributary.exchange.client.FragmentClient;
import io.tributary.exchange.client.Payer;
import io.tributary.exchange.client.Provider;
import io.tributary.exchange.lane.SettledVouchers;
import io.tributary.exchange.lane.UnprovenLimits;
import io.tributary.exchange.server.AccessPolicy;
import io.tributary.exchange.server.FragmentServer;
import io.tributary.exchange.server.FragmentSource;
import io.tributary.exchange.server.HeldFragment;
import io.tributary.exchange.server.Payee;
import io.tributary.exchange.server.ServerSettings;
import io.tributary.ledger.Amount;
import io.tributary.ledger.Escrow;
import io.tributary.ledger.EvmAddress;
import io.tributary.ledger.PricePerGib;
import io.tributary.ledger.SettlementDomain;
import io.tributary.ledger.book.LaneBook;
import io.tributary.ledger.book.Ledger;
import io.tributary.ledger.credit.CreditTerms;
import io.tributary.ledger.journal.JournalException;
import io.tributary.ledger.journal.JournalOptions;
import io.tributary.ledger.signature.Curve;
import io.tributary.ledger.signature.SigningKey;
import io.tributary.libp2p.Host;
import io.tributary.libp2p.multiformats.Multiaddr;
import io.tributary.libp2p.multiformats.PeerId;
import io.tributary.libp2p.time.EventLoopTimekeeper;
import java.io.IOException;
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
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

/** What nodes trade, at a site: one fragment that is sold, or bought and paid for, with books. */
final class SiteTrade implements AutoCloseable {
  private static final PricePerGib PRICE = PricePerGib.of(1L << 30);
  private static final SettlementDomain DOMAIN =
      new SettlementDomain(31337, EvmAddress.of(new byte[EvmAddress.BYTES]));
  private static final long LOOK_MILLIS = 20;

  private final Host host;
  private final Path folder = Files.createTempDirectory("nat-trade");
  private final ExecutorService journal = Executors.newSingleThreadExecutor();
  private final ExecutorService computing = Executors.newSingleThreadExecutor();
  private final Curve curve = Curve.fastest();
  private final SigningKey key = SigningKey.generate(new SecureRandom(), curve);
  private final EventLoopTimekeeper time;
  private final Ledger ledger;
  private final ByteBuffer fragment = ByteBuffer.allocateDirect(Layout.FRAGMENT_BYTES);
  private final FragmentName name;
  private Optional<FragmentServer> server = Optional.empty();

  SiteTrade(Host host) throws IOException, JournalException {
    this.host = host;
    this.time = new EventLoopTimekeeper(host.io().group().next(), InstantSource.system());
    this.ledger =
        Ledger.open(folder, DOMAIN, JournalOptions.defaults(), InstantSource.system(), journal);
    SplittableRandom random = new SplittableRandom(1);
    while (fragment.hasRemaining()) {
      fragment.putLong(random.nextLong());
    }
    fragment.flip();
    FragmentHash hash = new FragmentHash(Sha256.of(fragment.duplicate()));
    this.name = new FragmentName(new Fid(hash.digest()), 0, 0, hash);
  }

  /** Sells the fragment from now on; answers who is to be paid. */
  Map<String, ?> sell() {
    FragmentServer selling =
        new FragmentServer(
            host,
            new OneFragment(name.hash(), fragment),
            AccessPolicy.PAID,
            new Payee(
                key.address(),
                ledger,
                (lane, signer) -> Optional.of(new Escrow(Amount.ZERO, Amount.of(Long.MAX_VALUE))),
                SettledVouchers.NONE,
                CreditTerms.defaults(),
                curve),
            PRICE,
            ServerSettings.defaults(),
            computing,
            time,
            ExchangeMetrics.NONE);
    selling.start();
    server = Optional.of(selling);
    return Map.of("payee", key.address().toString());
  }

  /**
   * Asks a seller whether he has the fragment, then buys it.
   *
   * @return whether it is {@code held}, the {@code bytes} that came, and the {@code end}: VERIFIED
   *     or the reason's name
   */
  Map<String, ?> buy(Multiaddr address, EvmAddress payee, Duration deadline) throws Exception {
    FragmentClient client =
        new FragmentClient(
            host,
            Optional.of(
                new Payer(
                    key.address(),
                    1,
                    key,
                    curve,
                    ledger,
                    SettledVouchers.NONE,
                    CreditTerms.defaults(),
                    PRICE,
                    UnprovenLimits.defaults())),
            ClientSettings.defaults(),
            computing,
            time,
            ExchangeMetrics.NONE);
    Provider provider =
        new Provider(address.peerId().orElseThrow(), List.of(address), Optional.of(payee));
    BitSet held =
        client
            .have(provider, List.of(name.hash()), LabNode.PATIENCE)
            .get(LabNode.PATIENCE.toSeconds(), TimeUnit.SECONDS);
    AtomicLong bytes = new AtomicLong();
    Fetch fetch =
        client.fetch(
            provider,
            FetchRequest.whole(name, PRICE, deadline),
            (ByteBuf data) -> {
              bytes.addAndGet(data.readableBytes());
              data.release();
            });
    fetch.request(Fetch.UNBOUNDED);
    return Map.of("held", held.get(0), "end", end(fetch), "bytes", bytes.get());
  }

  private static String end(Fetch fetch) throws Exception {
    try {
      FetchResult result = fetch.result().get(LabNode.PATIENCE.toSeconds(), TimeUnit.SECONDS);
      return result instanceof FetchResult.Verified ? "VERIFIED" : "UNVERIFIED";
    } catch (ExecutionException e) {
      if (e.getCause() instanceof FetchException known) {
        return known.reason().name();
      }
      throw e;
    }
  }

  /** Waits until so many bytes have been paid for by durable vouchers; answers how many have. */
  Map<String, ?> earned(long bytes) throws InterruptedException {
    long deadline = System.nanoTime() + LabNode.PATIENCE.toNanos();
    while (paidBytes() < bytes && System.nanoTime() < deadline) {
      TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
    }
    return Map.of("bytes", paidBytes());
  }

  private long paidBytes() {
    return ledger.lanes().stream()
        .map(LaneBook::received)
        .flatMap(Optional::stream)
        .mapToLong(each -> each.voucher().bytesServed())
        .sum();
  }

  /** The host is closed before. */
  @Override
  public void close() throws IOException {
    server.ifPresent(FragmentServer::close);
    ledger.close();
    computing.shutdown();
    journal.shutdown();
    List<Path> files = new ArrayList<>();
    try (Stream<Path> all = Files.walk(folder)) {
      all.sorted(Comparator.reverseOrder()).forEach(files::add);
    }
    for (Path each : files) {
      Files.delete(each);
    }
  }

  /** A cache of one fragment. */
  private record OneFragment(FragmentHash hash, ByteBuffer bytes) implements FragmentSource {
    @Override
    public CompletionStage<Answer> find(PeerId peer, FragmentRequest request) {
      return CompletableFuture.completedStage(
          new Answer.Found(HeldFragment.of(bytes.duplicate(), () -> {})));
    }

    @Override
    public CompletionStage<BitSet> held(List<FragmentHash> fragments) {
      BitSet bits = new BitSet();
      for (int i = 0; i < fragments.size(); i++) {
        bits.set(i, fragments.get(i).equals(hash));
      }
      return CompletableFuture.completedStage(bits);
    }
  }
}
