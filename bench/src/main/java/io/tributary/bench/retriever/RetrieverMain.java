package io.tributary.bench.retriever;

import io.netty.buffer.Unpooled;
import io.tributary.bench.cacher.OneFileChain;
import io.tributary.bench.process.WorkerLoop;
import io.tributary.cacher.store.StoreException;
import io.tributary.cacher.store.hot.HotFragments;
import io.tributary.cacher.store.hot.HotOptions;
import io.tributary.cacher.store.hot.StoreMetrics;
import io.tributary.content.FragmentHash;
import io.tributary.content.Layout;
import io.tributary.content.erasure.ErasureCode;
import io.tributary.exchange.ExchangeMetrics;
import io.tributary.exchange.FragmentName;
import io.tributary.exchange.client.ClientSettings;
import io.tributary.exchange.client.FetchRequest;
import io.tributary.exchange.client.FragmentClient;
import io.tributary.ledger.PricePerGib;
import io.tributary.libp2p.Host;
import io.tributary.libp2p.identity.PrivateKey;
import io.tributary.libp2p.multiformats.Multiaddr;
import io.tributary.libp2p.security.tls.TlsProtocol;
import io.tributary.libp2p.time.EventLoopTimekeeper;
import io.tributary.libp2p.transport.IoEngine;
import io.tributary.nodekit.http.HttpLimits;
import io.tributary.nodekit.http.HttpServer;
import io.tributary.region.gossip.Contact;
import io.tributary.region.locate.Locator;
import io.tributary.region.locate.SourceFinder;
import io.tributary.region.locate.Stage;
import io.tributary.retriever.engine.EngineMetrics;
import io.tributary.retriever.engine.EngineRuntime;
import io.tributary.retriever.engine.EngineSettings;
import io.tributary.retriever.engine.RacingEngine;
import io.tributary.retriever.engine.ReadOptions;
import io.tributary.retriever.engine.RetrievalReason;
import io.tributary.retriever.engine.cache.FragmentCache;
import io.tributary.retriever.engine.source.CacherProvider;
import io.tributary.retriever.engine.source.FragmentProvider;
import io.tributary.retriever.engine.trace.Trace;
import io.tributary.retriever.node.access.AccessLists;
import io.tributary.retriever.node.access.ClientBudgets;
import io.tributary.retriever.node.access.ClientLimits;
import io.tributary.retriever.node.cache.HotFragmentCache;
import io.tributary.retriever.node.http.ApiSettings;
import io.tributary.retriever.node.http.FileApi;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;

/**
 * The program of the measured JVM: {@code RetrieverMain DIRECTORY STORE ADDRESS...}, the addresses
 * being those of the cachers of each column. It has two engines behind the retriever's HTTP API,
 * one with all of the file in its cache and one without a cache, and tells their ports; then it
 * takes a command a line and answers each with a line of JSON, until its stdin ends. {@link Work}
 * has the commands.
 */
final class RetrieverMain implements AutoCloseable {
  private static final long STORE_BYTES = BenchedFile.BYTES + (BenchedFile.BYTES >> 2);
  private static final int MANY = 100_000;

  /** As many as a machine of two cores has. */
  private static final int COMPUTING_THREADS = 2;

  private final IoEngine io =
      IoEngine.start(IoEngine.Kind.preferred(), Runtime.getRuntime().availableProcessors());
  private final ExecutorService computing = Executors.newFixedThreadPool(COMPUTING_THREADS);
  private final ExecutorService blocking = Executors.newCachedThreadPool();
  private final ScheduledExecutorService timers = new ScheduledThreadPoolExecutor(1);
  private final HotFragments store;
  private final Host host;
  private final RacingEngine hot;
  private final RacingEngine cold;
  private final HttpServer hotApi;
  private final HttpServer coldApi;
  private final Work work;

  private RetrieverMain(BenchedFile file, Path storeDirectory, List<Multiaddr> cachers)
      throws StoreException, IOException {
    store =
        HotFragments.open(
            storeDirectory, HotOptions.ofQuota(STORE_BYTES), computing, StoreMetrics.NONE);
    HotFragmentCache cache = new HotFragmentCache(store);
    fill(cache, file);
    PrivateKey identity = PrivateKey.generate(new SecureRandom());
    host = Host.builder(identity).io(io).security(new TlsProtocol(identity)).build();
    host.start().awaitUninterruptibly();
    FragmentClient client =
        new FragmentClient(
            host,
            Optional.empty(),
            ClientSettings.defaults(),
            computing,
            new EventLoopTimekeeper(io.group().next(), InstantSource.system()),
            ExchangeMetrics.NONE);
    OneFileChain chain = new OneFileChain(file.record());
    hot = engine(chain, cache, List.of());
    cold = engine(chain, FragmentCache.NONE, List.of(homes(file, client, cachers)));
    hotApi = serve(hot);
    coldApi = serve(cold);
    work = new Work(file, hot, cold, client, cachers);
  }

  private static void fill(HotFragmentCache cache, BenchedFile file) throws IOException {
    for (int segment = 0; segment < BenchedFile.SEGMENTS; segment++) {
      for (int column = 0; column < Layout.DATA_COLUMNS; column++) {
        FragmentName name =
            new FragmentName(
                file.record().manifest().fid(), segment, column, file.hash(segment, column));
        cache.offer(name, Unpooled.wrappedBuffer(file.fragment(segment, column)));
        if (!cache.isHere(name.hash())) {
          throw new IOException("the store did not take fragment " + name);
        }
      }
    }
  }

  /** Each column's cacher as the home of its fragments. */
  private FragmentProvider homes(BenchedFile file, FragmentClient client, List<Multiaddr> cachers) {
    Map<FragmentHash, Contact> homes = new HashMap<>();
    for (int segment = 0; segment < BenchedFile.SEGMENTS; segment++) {
      for (int column = 0; column < Layout.COLUMNS; column++) {
        if (file.has(segment, column)) {
          Multiaddr address = cachers.get(column);
          homes.put(
              file.hash(segment, column),
              new Contact(address.peerId().orElseThrow(), List.of(address.withoutPeerId())));
        }
      }
    }
    SourceFinder finder =
        (fragment, atMost, listener) -> {
          Contact home = homes.get(fragment);
          if (home != null) {
            listener.onFound(home, Optional.empty());
          }
          listener.onDone();
          return () -> {};
        };
    return new CacherProvider(
        new Locator(
            host.peerId(),
            Map.of(Stage.HOMES, finder),
            new EventLoopTimekeeper(io.group().next(), InstantSource.system())),
        client,
        (name, range, deadline) -> FetchRequest.range(name, range, PricePerGib.FREE, deadline));
  }

  private RacingEngine engine(
      OneFileChain chain, FragmentCache cache, List<FragmentProvider> providers) {
    return new RacingEngine(
        chain,
        providers,
        cache,
        ErasureCode.best(),
        EngineSettings.defaults(),
        new EngineRuntime(computing, timers, System::nanoTime, Clock.systemUTC(), new Random(1)),
        new Failures());
  }

  /** Tells of reads that failed: whoever waits for their bytes sees no more than an end. */
  private static final class Failures implements EngineMetrics {
    @Override
    public void readEnded(String ending, long deliveredBytes, Duration firstPiece) {
      if (!ending.equals(Trace.DELIVERED) && !ending.equals(RetrievalReason.CANCELLED.name())) {
        System.err.println("a read ended with " + ending + " after " + deliveredBytes + " bytes");
      }
    }
  }

  private HttpServer serve(RacingEngine engine) throws IOException {
    FileApi api =
        new FileApi(
            engine,
            new ApiSettings(
                "tributary/bench",
                0,
                Optional.empty(),
                List.of(),
                ReadOptions.defaults(),
                AccessLists.OPEN,
                List.of()),
            new ClientBudgets(
                new ClientLimits(MANY * 10, MANY * 10, MANY, Long.MAX_VALUE, MANY),
                System::nanoTime),
            blocking,
            () -> Map.of("version", "bench"));
    return HttpServer.builder("bench", io.group(), api.router())
        .limits(HttpLimits.publicContent().withConnections(MANY, MANY))
        .cors(FileApi.cors())
        .quick(api.quick())
        .problems(FileApi.problems())
        .start();
  }

  public static void main(String[] arguments) throws IOException, StoreException {
    List<Multiaddr> cachers = new ArrayList<>();
    for (int i = 2; i < arguments.length; i++) {
      cachers.add(Multiaddr.parse(arguments[i]));
    }
    try (RetrieverMain retriever =
        new RetrieverMain(new BenchedFile(Path.of(arguments[0])), Path.of(arguments[1]), cachers)) {
      new WorkerLoop()
          .run(
              Map.of(
                  "hot",
                  retriever.hotApi.url().getPort(),
                  "cold",
                  retriever.coldApi.url().getPort()),
              retriever.work::carryOut);
    }
  }

  @Override
  public void close() {
    hotApi.close();
    coldApi.close();
    hot.close();
    cold.close();
    host.close();
    store.close();
    timers.shutdownNow();
    computing.shutdown();
    blocking.shutdown();
    io.close();
  }
}
