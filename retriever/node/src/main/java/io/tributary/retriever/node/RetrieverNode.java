package io.tributary.retriever.node;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.tributary.cacher.store.Occupancy;
import io.tributary.cacher.store.StoreException;
import io.tributary.cacher.store.hot.HotFragments;
import io.tributary.cacher.store.hot.HotOptions;
import io.tributary.cacher.store.micrometer.MicrometerStoreMetrics;
import io.tributary.content.erasure.ErasureCode;
import io.tributary.exchange.client.Payer;
import io.tributary.ledger.book.LaneBook;
import io.tributary.ledger.journal.JournalException;
import io.tributary.ledger.keys.KeystoreException;
import io.tributary.libp2p.Connection;
import io.tributary.nodekit.admin.AdminListener;
import io.tributary.nodekit.admin.AdminPages;
import io.tributary.nodekit.admin.NodeMetrics;
import io.tributary.nodekit.admin.RunningNode;
import io.tributary.nodekit.http.HttpLimits;
import io.tributary.nodekit.http.HttpServer;
import io.tributary.nodekit.network.NetworkProfile;
import io.tributary.origin.chain.ChainClient;
import io.tributary.origin.chain.RpcEndpoint;
import io.tributary.origin.chain.rpc.RpcClient;
import io.tributary.origin.chain.rpc.RpcLimits;
import io.tributary.origin.chain.rpc.RpcObserver;
import io.tributary.origin.chain.substrate.ListingLimits;
import io.tributary.origin.chain.substrate.SubstrateChain;
import io.tributary.origin.deoss.DeossClient;
import io.tributary.origin.identity.Sr25519KeyPair;
import io.tributary.origin.miner.MinerClient;
import io.tributary.origin.upstream.UpstreamLimits;
import io.tributary.origin.upstream.UpstreamRuntime;
import io.tributary.retriever.engine.Engine;
import io.tributary.retriever.engine.EngineRuntime;
import io.tributary.retriever.engine.EngineSettings;
import io.tributary.retriever.engine.EngineStatus;
import io.tributary.retriever.engine.RacingEngine;
import io.tributary.retriever.engine.ReadOptions;
import io.tributary.retriever.engine.cache.FragmentCache;
import io.tributary.retriever.engine.micrometer.MicrometerEngineMetrics;
import io.tributary.retriever.engine.source.FragmentProvider;
import io.tributary.retriever.engine.source.GatewayProvider;
import io.tributary.retriever.engine.source.MinerProvider;
import io.tributary.retriever.node.access.AccessLists;
import io.tributary.retriever.node.access.ClientBudgets;
import io.tributary.retriever.node.cache.HotFragmentCache;
import io.tributary.retriever.node.http.ApiSettings;
import io.tributary.retriever.node.http.FileApi;
import io.tributary.retriever.node.source.Gateways;
import io.tributary.retriever.node.source.NeighbourMeter;
import io.tributary.retriever.node.source.SharedFragments;
import io.tributary.retriever.node.source.SourcesConfig;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** A running retriever. Thread-safe. */
public final class RetrieverNode implements AutoCloseable {
  private static final Duration MEMORY_PATIENCE = Duration.ofSeconds(20);
  private static final Duration SAVE_EVERY = Duration.ofMinutes(5);
  private static final int MAX_PEERS_SHOWN = 1000;

  private final StartedParts parts;
  private final NetworkProfile network;
  private final RetrieverRuntime runtime;
  private final Engine engine;
  private final Optional<OverlayAccess> overlay;
  private final Optional<HotFragments> hot;
  private final Optional<Payer> payer;
  private final Optional<Doors> doors;

  /**
   * Where others come in.
   *
   * @param http clients
   * @param admin the operator
   */
  private record Doors(HttpServer http, AdminListener admin) {}

  /**
   * Starts a node; blocks until it answers.
   *
   * @throws IOException if a file cannot be used, or an address not listened on
   * @throws StoreException if its cache cannot be opened
   * @throws JournalException if its ledger cannot
   * @throws KeystoreException if its wallet cannot
   */
  public static RetrieverNode start(RetrieverConfig config, RetrieverRuntime runtime)
      throws IOException, StoreException, JournalException, KeystoreException {
    RetrieverNode node = start(config, runtime, true);
    RetrieverLog.serving(node.url(), node.adminUrl());
    return node;
  }

  /**
   * Starts a node that answers nobody, for a program that reads through its {@linkplain #engine}
   * itself; it takes part in the overlay and pays like any other.
   *
   * @throws IOException if a file cannot be used, or an address not listened on
   * @throws StoreException if its cache cannot be opened
   * @throws JournalException if its ledger cannot
   * @throws KeystoreException if its wallet cannot
   */
  static RetrieverNode withoutDoors(RetrieverConfig config, RetrieverRuntime runtime)
      throws IOException, StoreException, JournalException, KeystoreException {
    return start(config, runtime, false);
  }

  private static RetrieverNode start(
      RetrieverConfig config, RetrieverRuntime runtime, boolean hasDoors)
      throws IOException, StoreException, JournalException, KeystoreException {
    StartedParts parts = new StartedParts();
    boolean isStarted = false;
    try {
      RetrieverNode node = new RetrieverNode(config, runtime, parts, hasDoors);
      isStarted = true;
      return node;
    } finally {
      if (!isStarted) {
        parts.close();
      }
    }
  }

  private RetrieverNode(
      RetrieverConfig config, RetrieverRuntime runtime, StartedParts parts, boolean hasDoors)
      throws IOException, StoreException, JournalException, KeystoreException {
    this.parts = parts;
    this.runtime = runtime;
    this.network = NetworkProfile.read(config.network());
    Files.createDirectories(config.directory());
    NodeMetrics metrics = parts.add(new NodeMetrics());
    MeterRegistry registry = metrics.registry();
    RpcClient rpc =
        parts.add(
            new RpcClient(
                network.chain().rpc().stream().map(RpcEndpoint::new).toList(),
                RpcLimits.DEFAULT,
                runtime.callbacks(),
                runtime.timers(),
                runtime.clock(),
                RpcObserver.NONE));
    SubstrateChain chain = new SubstrateChain(rpc, ListingLimits.DEFAULT);
    this.payer = payer(config);
    this.hot = hot(config, registry);
    Optional<HotFragmentCache> cache = hot.map(HotFragmentCache::new);
    this.overlay = overlay(config, cache, registry);
    List<FragmentProvider> providers = new ArrayList<>();
    overlay.ifPresent(joined -> providers.addAll(joined.sources()));
    gateways(config.sources(), chain).ifPresent(providers::add);
    providers.add(new MinerProvider(chain, miners(), System::nanoTime));
    MicrometerEngineMetrics counts = new MicrometerEngineMetrics(registry, Tags.empty());
    this.engine =
        parts.add(
            new RacingEngine(
                chain,
                providers,
                cache.<FragmentCache>map(kept -> kept).orElse(FragmentCache.NONE),
                ErasureCode.best(runtime.computing()),
                settings(config),
                new EngineRuntime(
                    runtime.computing(),
                    runtime.timers(),
                    System::nanoTime,
                    runtime.clock(),
                    runtime.random()),
                counts));
    counts.watch(engine);
    this.doors = hasDoors ? Optional.of(open(config, metrics)) : Optional.empty();
  }

  private Doors open(RetrieverConfig config, NodeMetrics metrics) throws IOException {
    FileApi api =
        new FileApi(
            engine,
            new ApiSettings(
                "tributary/" + runtime.version(),
                network.chain().ss58Prefix(),
                config.http().publicUrl(),
                config.http().mirrors(),
                ReadOptions.defaults(),
                config.lists(),
                config.http().proxies()),
            new ClientBudgets(config.clients(), System::nanoTime),
            runtime.blocking(),
            this::publicStatus,
            payer.map(Payer::key));
    HttpServer http =
        parts.add(
            HttpServer.builder("api", runtime.io().group(), api.router())
                .bind(config.http().listen())
                .tls(config.http().tls())
                .limits(
                    HttpLimits.publicContent()
                        .withConnections(
                            config.http().maxConnections(),
                            config.http().maxConnectionsPerAddress()))
                .cors(FileApi.cors())
                .quick(api.quick())
                .problems(FileApi.problems())
                .registry(metrics.registry())
                .clock(runtime.clock())
                .start());
    AdminListener admin =
        parts.add(
            AdminListener.start(
                config.admin(),
                runtime.io().group(),
                new AdminPages(this::notReady, this::status, metrics::scrape)));
    new RunningNode(ProcessHandle.current().pid(), admin.url().toString())
        .write(config.directory());
    parts.atEnd(() -> RunningNode.remove(config.directory()));
    return new Doors(http, admin);
  }

  private Optional<Payer> payer(RetrieverConfig config) throws JournalException, KeystoreException {
    if (config.wallet().isEmpty() || network.settlement().isEmpty()) {
      RetrieverLog.noWallet();
      return Optional.empty();
    }
    return Optional.of(
        PayingWallet.open(
            config.wallet().get(), network.settlement().get(), config.directory(), runtime, parts));
  }

  private static EngineSettings settings(RetrieverConfig config) {
    EngineSettings usual = EngineSettings.defaults();
    EngineSettings.Staging staging = usual.racing().staging();
    return usual
        .withMemory(new EngineSettings.Memory(config.memoryBytes(), MEMORY_PATIENCE))
        .withRacing(
            usual
                .racing()
                .withStaging(
                    new EngineSettings.Staging(
                        config.sources().originPrice(),
                        staging.originAfter(),
                        staging.originShare())));
  }

  /** Gateways, if there may be any; whoever does not answer is not asked twice. */
  private Optional<FragmentProvider> gateways(SourcesConfig sources, ChainClient chain) {
    if (sources.gateways().isEmpty() && !sources.isRegistered()) {
      return Optional.empty();
    }
    Gateways known =
        parts.add(
            new Gateways(sources.gateways(), sources.isRegistered(), chain, runtime.timers()));
    return Optional.of(
        new GatewayProvider(
            known,
            new DeossClient(
                DeossClient.DEFAULT_LIMITS.withRetries(UpstreamLimits.Retries.NONE), upstreams())));
  }

  private Optional<OverlayAccess> overlay(
      RetrieverConfig config, Optional<HotFragmentCache> cache, MeterRegistry registry)
      throws IOException {
    if (network.overlay().isEmpty()) {
      RetrieverLog.noOverlay(network.name());
      return Optional.empty();
    }
    return Optional.of(
        OverlayAccess.join(
            network.overlay().get(),
            config,
            runtime,
            payer,
            cache.map(kept -> shared(kept, config.lists())),
            registry,
            parts));
  }

  private static SharedFragments shared(HotFragmentCache cache, AccessLists lists) {
    return new SharedFragments(cache, cache::isHere, name -> lists.judge(name.fid()).isEmpty());
  }

  private Optional<HotFragments> hot(RetrieverConfig config, MeterRegistry registry)
      throws StoreException {
    if (config.cacheBytes() == 0) {
      return Optional.empty();
    }
    HotFragments store =
        parts.add(
            HotFragments.open(
                config.directory().resolve("cache"),
                HotOptions.ofQuota(config.cacheBytes()),
                runtime.computing(),
                new MicrometerStoreMetrics(registry)));
    var saving =
        runtime
            .timers()
            .scheduleWithFixedDelay(
                () -> runtime.blocking().execute(store::save),
                SAVE_EVERY.toSeconds(),
                SAVE_EVERY.toSeconds(),
                TimeUnit.SECONDS);
    parts.atEnd(() -> saving.cancel(false));
    return Optional.of(store);
  }

  /** Other columns are tried rather than the same miner again. */
  private MinerClient miners() {
    return new MinerClient(
        MinerClient.DEFAULT_LIMITS.withRetries(UpstreamLimits.Retries.NONE),
        upstreams(),
        Sr25519KeyPair.generate(runtime.random()),
        network.chain().ss58Prefix());
  }

  private UpstreamRuntime upstreams() {
    return new UpstreamRuntime(
        runtime.callbacks(), runtime.timers(), System::nanoTime, runtime.clock(), runtime.random());
  }

  /** Returns where clients are answered. */
  public URI url() {
    return doors.orElseThrow().http().url();
  }

  /** Returns where the operator is. */
  public URI adminUrl() {
    return doors.orElseThrow().admin().url();
  }

  /** Who pays, if there is a wallet. */
  Optional<Payer> payer() {
    return payer;
  }

  /** The overlay, if the network has one. */
  Optional<OverlayAccess> overlay() {
    return overlay;
  }

  /** Returns the engine. */
  public Engine engine() {
    return engine;
  }

  /** Returns what a program that started the node needs to know of it. */
  public Map<String, ?> ready() {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("event", "ready");
    tree.put("role", "retriever");
    tree.put("network", network.name());
    doors.ifPresent(
        open -> {
          tree.put("http", open.http().url().toString());
          tree.put("admin", open.admin().url().toString());
        });
    overlay.ifPresent(
        joined -> {
          tree.put("peer", joined.host().peerId().toString());
          tree.put(
              "addresses", joined.host().listenAddresses().stream().map(Object::toString).toList());
        });
    payer.ifPresent(who -> tree.put("payer", who.address().toString()));
    return tree;
  }

  /** Returns the node's state for its operator. */
  public Map<String, ?> status() {
    Map<String, Object> tree = new LinkedHashMap<>(ready());
    tree.remove("event");
    tree.put("version", runtime.version());
    tree.put("engine", engineStatus());
    overlay.ifPresent(
        joined -> {
          tree.put("reach", joined.reach().report().tree());
          tree.put("connections", joined.host().connections().size());
          tree.put(
              "peers",
              joined.host().connections().stream()
                  .limit(MAX_PEERS_SHOWN)
                  .map(RetrieverNode::peer)
                  .toList());
          tree.put("regionMembersKnown", joined.members().now().size());
          tree.put("neighbourRegions", neighbours(joined));
          tree.put("fetches", joined.client().fetches());
        });
    hot.ifPresent(store -> tree.put("cache", occupancy(store)));
    payer.ifPresent(
        who -> {
          tree.put("lanes", who.ledger().lanes().stream().map(RetrieverNode::lane).toList());
        });
    return tree;
  }

  /** The round trips to other regions in microseconds, the nearest first. */
  private static Map<String, ?> neighbours(OverlayAccess joined) {
    Map<String, Object> tree = new LinkedHashMap<>();
    joined
        .neighbours()
        .nearest(SourcesConfig.MAX_NEIGHBOURS, NeighbourMeter.NOWHERE)
        .forEach(each -> tree.put(each.region().name(), each.roundTrip().toNanos() / 1000));
    return tree;
  }

  private static Map<String, ?> peer(Connection connection) {
    return Map.of(
        "peer", connection.remotePeer().toString(),
        "address", connection.remoteAddress().toString());
  }

  private static Map<String, ?> lane(LaneBook book) {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("payee", book.lane().payee().toString());
    tree.put("lane", book.lane().lane());
    book.issued()
        .ifPresent(
            signed -> {
              tree.put("bytes", signed.voucher().bytesServed());
              tree.put("amount", signed.voucher().amount().toString());
            });
    return tree;
  }

  private static Map<String, ?> occupancy(HotFragments store) {
    Occupancy now = store.occupancy();
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("limitBytes", now.limitBytes());
    tree.put("usedBytes", now.usedBytes());
    tree.put("fragments", now.fragments());
    return tree;
  }

  private Map<String, ?> engineStatus() {
    EngineStatus now = engine.status();
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("streams", now.streams());
    tree.put("races", now.races());
    tree.put("fetches", now.fetches());
    tree.put("heldBytes", now.heldBytes());
    tree.put("maxHeldBytes", now.maxHeldBytes());
    tree.put("waitingForMemory", now.waitingForMemory());
    tree.put("usefulBytes", now.usefulBytes());
    tree.put("extraBytes", now.extraBytes());
    tree.put("cachedBytes", now.cachedBytes());
    tree.put("knownFiles", now.knownFiles());
    tree.put("isOutage", now.isOutage());
    return tree;
  }

  /** What CESS's clients look for at {@code /status}, without what only the operator may know. */
  private Map<String, ?> publicStatus() {
    EngineStatus now = engine.status();
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("version", "tributary/" + runtime.version());
    tree.put("is_gateway", true);
    tree.put("network", network.name());
    tree.put("status", Map.of("download_status", Map.of("dling_num", now.streams())));
    return tree;
  }

  private List<String> notReady() {
    List<String> reasons = new ArrayList<>();
    if (engine.status().isOutage()) {
      reasons.add("most of what is asked of sources and the chain fails");
    }
    payer
        .flatMap(who -> who.ledger().trouble())
        .ifPresent(reason -> reasons.add("the ledger cannot be written: " + reason));
    return reasons;
  }

  /** Lets answers under way end for a while, then closes everything. */
  @Override
  public void close() {
    RetrieverLog.stopping();
    parts.close();
  }
}
