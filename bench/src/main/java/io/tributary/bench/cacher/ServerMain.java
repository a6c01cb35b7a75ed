package io.tributary.bench.cacher;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.netty.buffer.ByteBuf;
import io.tributary.cacher.node.CacherNode;
import io.tributary.cacher.node.NodeParts;
import io.tributary.cacher.node.NodeSettings;
import io.tributary.cacher.node.http.AccessTokens;
import io.tributary.cacher.node.http.FragmentPages;
import io.tributary.cacher.node.metrics.CacherMeters;
import io.tributary.cacher.node.serve.Pace;
import io.tributary.cacher.node.serve.ServingRules;
import io.tributary.cacher.store.Pin;
import io.tributary.cacher.store.Reservation;
import io.tributary.cacher.store.hot.HotFragments;
import io.tributary.cacher.store.hot.HotOptions;
import io.tributary.cacher.store.micrometer.MicrometerStoreMetrics;
import io.tributary.content.FragmentHash;
import io.tributary.exchange.lane.SettledVouchers;
import io.tributary.exchange.metrics.MicrometerExchangeMetrics;
import io.tributary.exchange.server.Payee;
import io.tributary.exchange.server.PinnedBuf;
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
import io.tributary.libp2p.limits.IpPrefix;
import io.tributary.libp2p.multiformats.Multiaddr;
import io.tributary.libp2p.multiformats.PeerId;
import io.tributary.libp2p.security.tls.TlsProtocol;
import io.tributary.libp2p.time.EventLoopTimekeeper;
import io.tributary.libp2p.time.Timekeeper;
import io.tributary.libp2p.transport.IoEngine;
import io.tributary.nodekit.admin.NodeMetrics;
import io.tributary.nodekit.http.HttpServer;
import io.tributary.nodekit.http.TlsIdentity;
import io.tributary.origin.identity.Sr25519KeyPair;
import io.tributary.origin.identity.Ss58Address;
import io.tributary.origin.miner.MinerClient;
import io.tributary.origin.upstream.UpstreamRuntime;
import io.tributary.region.Region;
import io.tributary.region.placement.Placement;
import io.tributary.region.placement.StakeView;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;

/**
 * The program of the measured JVM: {@code ServerMain DIRECTORY OBJECTS GUEST}. A cacher that has
 * the objects' fragments in its store and serves them by HTTP, HTTPS and libp2p, by the classes
 * that {@code cacher run} uses and with their metrics; the chain is a stand-in that knows one file.
 * It answers a line with its heap, and ends when its stdin does.
 */
final class ServerMain {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int THREADS = 4;
  private static final Region REGION = new Region("eu-west");

  private ServerMain() {}

  public static void main(String[] arguments) throws Exception {
    PrintStream answers = System.out;
    // Whatever else prints must not disturb the answers.
    System.setOut(System.err);
    Path directory = Path.of(arguments[0]);
    Corpus objects = new Corpus(Path.of(arguments[1]));
    ExecutorService executor = Executors.newFixedThreadPool(THREADS);
    ExecutorService journals = Executors.newSingleThreadExecutor();
    ScheduledExecutorService timers = UpstreamRuntime.newTimers(Thread::new);
    NodeMetrics metrics = new NodeMetrics();
    MeterRegistry registry = metrics.registry();
    MicrometerStoreMetrics storeMetrics = new MicrometerStoreMetrics(registry);
    try (IoEngine io = IoEngine.start();
        HotFragments hot =
            HotFragments.open(
                directory.resolve("store"),
                HotOptions.ofQuota(Corpus.STORE_BYTES),
                executor,
                storeMetrics);
        Ledger ledger =
            Ledger.open(
                directory.resolve("ledger"),
                new SettlementDomain(1, EvmAddress.of(new byte[EvmAddress.BYTES])),
                JournalOptions.defaults(),
                InstantSource.system(),
                journals);
        Host host = host(io)) {
      storeMetrics.watch(hot);
      fill(hot, objects);
      SigningKey key = SigningKey.generate(new SecureRandom(), Curve.fastest());
      Timekeeper time = new EventLoopTimekeeper(io.group().next(), InstantSource.system());
      CacherMeters meters = new CacherMeters(registry);
      UpstreamRuntime upstream =
          new UpstreamRuntime(
              executor, timers, System::nanoTime, Clock.systemUTC(), new SecureRandom());
      OneFileChain chain = new OneFileChain(objects.file());
      CacherNode node =
          new CacherNode(
              NodeSettings.of(PricePerGib.of(1)),
              new NodeParts(
                  host,
                  hot,
                  chain,
                  new MinerClient(
                      MinerClient.DEFAULT_LIMITS,
                      upstream,
                      Sr25519KeyPair.generate(new SecureRandom()),
                      Ss58Address.CESS_TESTNET),
                  () -> Placement.of(REGION, List.of(), StakeView.NONE),
                  rules(PeerId.parse(arguments[2])),
                  new Pace(0, 0, time),
                  new Payee(
                      key.address(),
                      ledger,
                      (lane, signer) ->
                          Optional.of(new Escrow(Amount.ZERO, Amount.of(Long.MAX_VALUE))),
                      SettledVouchers.NONE,
                      CreditTerms.defaults(),
                      Curve.fastest()),
                  Optional.empty(),
                  executor,
                  time,
                  new SplittableRandom(1),
                  name -> {},
                  new NodeParts.Metrics(
                      new MicrometerExchangeMetrics(registry, Tags.of("side", "serving")),
                      new MicrometerExchangeMetrics(registry, Tags.of("side", "fetching")),
                      meters,
                      meters,
                      meters)));
      meters.watch(node);
      node.start();
      node.catalog().ask(objects.file().manifest().fid()).toCompletableFuture().join();
      FragmentPages pages =
          new FragmentPages(
              node.catalog(),
              node.fragments(),
              List.of(IpPrefix.parse("127.0.0.0/8")),
              new AccessTokens(Set.of(), host.peerId(), Curve.fastest(), Clock.systemUTC()));
      HttpServer plain =
          HttpServer.builder("fragments", io.group(), pages.router())
              .quick(pages.quick())
              .registry(registry)
              .start();
      HttpServer tls =
          HttpServer.builder("fragments-tls", io.group(), pages.router())
              .quick(pages.quick())
              .tls(Optional.of(new TlsIdentity(objects.certificate(), objects.key())))
              .registry(registry)
              .start();
      BareTlsServer bare =
          new BareTlsServer(
              io,
              objects.certificate(),
              objects.key(),
              number -> pinned(hot, objects.hashes().get(number)));
      answers.println(
          JSON.writeValueAsString(
              Map.of(
                  "address",
                  String.join(
                      " ",
                      String.valueOf(plain.address().getPort()),
                      String.valueOf(tls.address().getPort()),
                      host.listenAddresses().iterator().next().toString(),
                      host.peerId().toString(),
                      String.valueOf(bare.port())))));
      answerUntilEnd(answers);
      plain.close();
      tls.close();
      bare.close();
      node.close();
    } finally {
      metrics.close();
      timers.shutdownNow();
      executor.shutdownNow();
      journals.shutdown();
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

  private static ServingRules rules(PeerId guest) {
    ServingRules none = ServingRules.NONE;
    return new ServingRules(
        none.blockedFiles(),
        none.allowedFiles(),
        none.blockedOwners(),
        none.blockedFragments(),
        none.blockedPeers(),
        none.blockedRegions(),
        Set.of(guest),
        none.regionOf());
  }

  private static void fill(HotFragments hot, Corpus objects) throws IOException {
    for (int number = 0; number < Corpus.FRAGMENTS; number++) {
      ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(objects.fragment(number)));
      FragmentHash hash = objects.hashes().get(number);
      if (!(hot.fill(hash, bytes.remaining()) instanceof Reservation.Granted granted)) {
        throw new IOException("there is no room for fragment " + number);
      }
      granted.fill().write(bytes);
      granted.fill().complete();
      if (!hot.contains(hash)) {
        throw new IOException("fragment " + number + " was not stored");
      }
    }
  }

  private static ByteBuf pinned(HotFragments hot, FragmentHash hash) {
    Pin pin = hot.pinIfHere(hash).orElseThrow();
    return new PinnedBuf(pin.bytes(), pin::close);
  }

  private static void answerUntilEnd(PrintStream answers) throws IOException {
    try (BufferedReader commands =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
      while (commands.readLine() != null) {
        System.gc();
        var heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage();
        answers.println(
            JSON.writeValueAsString(
                Map.of("usedBytes", heap.getUsed(), "committedBytes", heap.getCommitted())));
      }
    }
  }
}
