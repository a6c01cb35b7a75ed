package io.tributary.retriever.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tributary.content.ByteRange;
import io.tributary.content.Layout;
import io.tributary.content.erasure.ErasureCode;
import io.tributary.exchange.ExchangeMetrics;
import io.tributary.exchange.client.ClientSettings;
import io.tributary.exchange.client.FetchRequest;
import io.tributary.exchange.client.FragmentClient;
import io.tributary.ledger.PricePerGib;
import io.tributary.libp2p.Host;
import io.tributary.libp2p.identity.PrivateKey;
import io.tributary.libp2p.time.EventLoopTimekeeper;
import io.tributary.libp2p.transport.IoEngine;
import io.tributary.region.gossip.Contact;
import io.tributary.region.locate.Locator;
import io.tributary.region.locate.SourceFinder;
import io.tributary.region.locate.Stage;
import io.tributary.retriever.engine.TestCacher.Does;
import io.tributary.retriever.engine.cache.FragmentCache;
import io.tributary.retriever.engine.cache.MemoryFragmentCache;
import io.tributary.retriever.engine.chunk.ChunkTree;
import io.tributary.retriever.engine.source.CacherProvider;
import io.tributary.retriever.engine.source.FetchTerms;
import io.tributary.retriever.engine.source.FragmentProvider;
import io.tributary.retriever.engine.source.PeerProvider;
import io.tributary.retriever.engine.trace.Trace;
import java.nio.file.Files;
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
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Fragments from cachers and other retrievers over real hosts, which misbehave in every way. */
class CacherSourcesTest {
  private static final Duration PATIENCE = Duration.ofSeconds(EngineKit.PATIENCE_SECONDS);
  private static final TestFile FILE = TestFile.of(6, Layout.SEGMENT_BYTES);

  /** Lets the test decide alone which source is asked first. */
  private static final FetchTerms GIFTS =
      (name, range, deadline) -> FetchRequest.range(name, range, PricePerGib.FREE, deadline);

  private static final FaultMatrix MATRIX = new FaultMatrix("cachers");

  @TempDir private static Path directory;

  private static IoEngine io = IoEngine.start(IoEngine.Kind.preferred(), 2);
  private static ExecutorService computing = Executors.newFixedThreadPool(4);
  private static ScheduledExecutorService timers = new ScheduledThreadPoolExecutor(1);
  private static final List<TestCacher> CACHERS = new ArrayList<>();
  private static Optional<Host> clientHost = Optional.empty();
  private static Optional<FragmentClient> client = Optional.empty();

  @BeforeAll
  static void start() throws Exception {
    if (computing.isShutdown()) {
      // The class is run again.
      io = IoEngine.start(IoEngine.Kind.preferred(), 2);
      computing = Executors.newFixedThreadPool(4);
      timers = new ScheduledThreadPoolExecutor(1);
      CACHERS.clear();
    }
    for (int i = 0; i < 2; i++) {
      TestCacher cacher = new TestCacher(io, directory.resolve("cacher-" + i), computing);
      CACHERS.add(cacher);
      for (int column = 0; column < 6; column++) {
        cacher.hold(FILE.hash(0, column), FILE.fragment(0, column));
      }
    }
    Host host = TestCacher.host(io, PrivateKey.generate(new SecureRandom()), false);
    clientHost = Optional.of(host);
    client =
        Optional.of(
            new FragmentClient(
                host,
                Optional.empty(),
                ClientSettings.defaults(),
                computing,
                time(),
                ExchangeMetrics.NONE));
  }

  @AfterAll
  static void stop() {
    clientHost.ifPresent(Host::close);
    CACHERS.forEach(TestCacher::close);
    io.close();
    timers.shutdownNow();
    computing.shutdown();
    MATRIX.write();
  }

  @BeforeEach
  void forgetScripts() {
    CACHERS.forEach(TestCacher::forgetScripts);
  }

  private static EventLoopTimekeeper time() {
    return new EventLoopTimekeeper(io.group().next(), InstantSource.system());
  }

  /** The first {@code count} cachers as homes of everything. */
  private static FragmentProvider homes(int count) {
    return homes(CACHERS.subList(0, count).toArray(TestCacher[]::new));
  }

  private static FragmentProvider homes(TestCacher... cachers) {
    SourceFinder finder =
        (fragment, atMost, listener) -> {
          for (TestCacher cacher : cachers) {
            listener.onFound(
                new Contact(cacher.provider().peer(), cacher.provider().addresses()),
                Optional.empty());
          }
          listener.onDone();
          return () -> {};
        };
    return new CacherProvider(
        new Locator(clientHost.orElseThrow().peerId(), Map.of(Stage.HOMES, finder), time()),
        client.orElseThrow(),
        GIFTS);
  }

  private static RacingEngine engine(MemoryFragmentCache cache, FragmentProvider... providers) {
    return engine(cache, EngineSettings.defaults(), providers);
  }

  private static RacingEngine engine(
      FragmentCache cache, EngineSettings settings, FragmentProvider... providers) {
    return new RacingEngine(
        new EngineKit.MapChain(Map.of()),
        List.of(providers),
        cache,
        ErasureCode.best(),
        settings,
        new EngineRuntime(computing, timers, System::nanoTime, Clock.systemUTC(), new Random(4)),
        EngineMetrics.NONE);
  }

  @Test
  void homes_giveTheFile() {
    try (MemoryFragmentCache cache = new MemoryFragmentCache(64 << 20);
        RacingEngine engine = engine(cache, homes(2))) {
      VerifiedStream stream =
          engine.read(FILE.view(), ByteRange.whole(FILE.size()), ReadOptions.defaults());
      assertThat(EngineKit.readAll(FILE, stream, 0)).isEqualTo(FILE.size());
      Trace trace = engine.trace(stream.traceId()).orElseThrow();
      assertThat(trace.bytesBySource()).containsKey("HOME");
    }
  }

  @Test
  void coldCachersAsNearAsMiners_becomeWarm_andMinersAreSpared() throws Exception {
    Path place = Files.createTempDirectory(directory, "staged");
    try (DevMiners miners = new DevMiners(place, FILE.bytes());
        TestCacher cold = new TestCacher(io, place.resolve("cold"), computing)) {
      for (int column = 0; column < Layout.COLUMNS; column++) {
        cold.fillsWhenAsked(FILE.hash(0, column), FILE.fragment(0, column));
      }
      EngineSettings.Racing racing = EngineSettings.defaults().racing();
      // Nobody is late for want of processors, and nobody is asked by chance.
      EngineSettings settings =
          EngineSettings.defaults()
              .withRacing(
                  racing
                      .withDelays(racing.settle(), Duration.ofSeconds(20), Duration.ofSeconds(20))
                      .withStaging(
                          new EngineSettings.Staging(racing.staging().originPrice(), PATIENCE, 0)));
      try (RacingEngine engine =
          engine(FragmentCache.NONE, settings, homes(cold), miners.provider())) {
        Map<String, Long> from = new HashMap<>();
        for (int i = 0; i < 3; i++) {
          VerifiedStream stream =
              engine.read(
                  FileView.of(miners.record()),
                  ByteRange.whole(FILE.size()),
                  ReadOptions.defaults());
          assertThat(EngineKit.readAll(FILE, stream, 0)).isEqualTo(FILE.size());
          engine
              .trace(stream.traceId())
              .orElseThrow()
              .bytesBySource()
              .forEach((source, bytes) -> from.merge(source, bytes, Long::sum));
        }
        assertThat(from).containsOnlyKeys("HOME");
        assertThat(cold.fills).hasValue(Layout.DATA_COLUMNS);
        for (int column = 0; column < Layout.DATA_COLUMNS; column++) {
          assertThat(cold.holds(FILE.hash(0, column))).isTrue();
        }
      }
    }
  }

  @Test
  void retrievers_giveTheFile() {
    try (MemoryFragmentCache cache = new MemoryFragmentCache(64 << 20);
        RacingEngine engine =
            engine(
                cache,
                new PeerProvider(
                    () -> List.of(CACHERS.get(0).provider()), client.orElseThrow(), GIFTS))) {
      VerifiedStream stream =
          engine.read(FILE.view(), ByteRange.whole(FILE.size()), ReadOptions.defaults());
      assertThat(EngineKit.readAll(FILE, stream, 0)).isEqualTo(FILE.size());
      assertThat(engine.trace(stream.traceId()).orElseThrow().bytesBySource())
          .containsKey("RETRIEVER");
    }
  }

  @ParameterizedTest
  @EnumSource(Does.class)
  void oneColumnBad_atItsOnlyHome_isDecoded(Does fault) {
    CACHERS.get(0).does(fault, FILE.hash(0, 1));
    try (MemoryFragmentCache cache = new MemoryFragmentCache(64 << 20);
        RacingEngine engine = engine(cache, homes(1))) {
      VerifiedStream stream =
          engine.read(FILE.view(), ByteRange.whole(FILE.size()), ReadOptions.defaults());
      // A cacher that has lied is not asked again; what is cached by then is enough, or it is not.
      if (fault == Does.LIE) {
        try {
          EngineKit.readAll(FILE, stream, 0);
        } catch (RetrievalException e) {
          assertThat(e.reason()).isEqualTo(RetrievalReason.ALL_SOURCES_LIED);
        }
      } else {
        assertThat(EngineKit.readAll(FILE, stream, 0)).isEqualTo(FILE.size());
      }
      await()
          .atMost(PATIENCE)
          .untilAsserted(
              () -> {
                assertThat(engine.status().fetches()).isZero();
                assertThat(engine.status().heldBytes()).isZero();
              });
    }
  }

  @ParameterizedTest
  @EnumSource(Does.class)
  void oneHomeBad_theOtherHelps(Does fault) {
    for (int column = 0; column < 6; column++) {
      CACHERS.get(0).does(fault, FILE.hash(0, column));
    }
    try (MemoryFragmentCache cache = new MemoryFragmentCache(64 << 20);
        RacingEngine engine = engine(cache, homes(2))) {
      VerifiedStream stream =
          engine.read(FILE.view(), ByteRange.whole(FILE.size()), ReadOptions.defaults());
      assertThat(EngineKit.readAll(FILE, stream, 0)).isEqualTo(FILE.size());
      MATRIX.add("one of two: " + fault, 1, engine.trace(stream.traceId()).orElseThrow());
    }
  }

  @Test
  void rangeOfEvictedFragment_costsItsChunks() {
    try (MemoryFragmentCache cache = new MemoryFragmentCache(64 << 20);
        RacingEngine engine = engine(cache, homes(2))) {
      EngineKit.readAll(engine, FILE, 0, FILE.size());
      await()
          .atMost(PATIENCE)
          .untilAsserted(
              () -> {
                assertThat(engine.status().chunkTrees()).isGreaterThanOrEqualTo(4);
                assertThat(engine.status().races()).isZero();
              });
      long before = engine.status().usefulBytes() + engine.status().extraBytes();
      cache.evict(FILE.hash(0, 2));
      long offset = 2L * Layout.FRAGMENT_BYTES + 1_000_000;
      assertThat(EngineKit.readAll(engine, FILE, offset, 1000)).isEqualTo(1000);
      // The chunk itself; on a slow day it is late and the same of four others is read, or nothing
      // if a hedge of the first read has brought a fourth other column into the cache.
      assertThat(engine.status().usefulBytes() + engine.status().extraBytes() - before)
          .isLessThanOrEqualTo(6L * ChunkTree.CHUNK_BYTES);
    }
  }
}
