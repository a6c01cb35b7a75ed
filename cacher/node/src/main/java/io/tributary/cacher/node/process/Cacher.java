package io.tributary.cacher.node.process;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.netty.util.concurrent.Future;
import io.tributary.cacher.node.CacherLog;
import io.tributary.cacher.node.CacherNode;
import io.tributary.cacher.node.NodeParts;
import io.tributary.cacher.node.NodeSettings;
import io.tributary.cacher.node.config.CacherConfig;
import io.tributary.cacher.node.demand.DemandSettings;
import io.tributary.cacher.node.fill.FillSettings;
import io.tributary.cacher.node.http.AccessTokens;
import io.tributary.cacher.node.http.FragmentPages;
import io.tributary.cacher.node.metrics.CacherMeters;
import io.tributary.cacher.node.metrics.DhtMeters;
import io.tributary.cacher.node.metrics.RegionMeters;
import io.tributary.cacher.node.metrics.SettlementMeters;
import io.tributary.cacher.node.region.RegionPresence;
import io.tributary.cacher.node.serve.Pace;
import io.tributary.cacher.node.serve.Provenance;
import io.tributary.cacher.node.serve.ServingRules;
import io.tributary.cacher.store.StoreException;
import io.tributary.cacher.store.hot.HotFragments;
import io.tributary.cacher.store.hot.HotOptions;
import io.tributary.cacher.store.hot.Scrub;
import io.tributary.cacher.store.micrometer.MicrometerStoreMetrics;
import io.tributary.exchange.client.Payer;
import io.tributary.exchange.lane.UnprovenLimits;
import io.tributary.exchange.metrics.MicrometerExchangeMetrics;
import io.tributary.exchange.server.Payee;
import io.tributary.exchange.server.ServerSettings;
import io.tributary.exchange.wire.FragmentCodec;
import io.tributary.ledger.EvmAddress;
import io.tributary.ledger.SettlementDomain;
import io.tributary.ledger.book.Ledger;
import io.tributary.ledger.credit.CreditTerms;
import io.tributary.ledger.journal.JournalException;
import io.tributary.ledger.journal.JournalOptions;
import io.tributary.ledger.keys.KeyDirectory;
import io.tributary.ledger.keys.KeystoreException;
import io.tributary.ledger.keys.PasswordSource;
import io.tributary.ledger.signature.Curve;
import io.tributary.ledger.signature.SigningKey;
import io.tributary.libp2p.Host;
import io.tributary.libp2p.HostBuilder;
import io.tributary.libp2p.identity.KeyFile;
import io.tributary.libp2p.identity.PrivateKey;
import io.tributary.libp2p.limits.IpPrefix;
import io.tributary.libp2p.limits.PublicNetworks;
import io.tributary.libp2p.metrics.micrometer.MicrometerHostMetrics;
import io.tributary.libp2p.metrics.micrometer.MicrometerNatMetrics;
import io.tributary.libp2p.multiformats.Multiaddr;
import io.tributary.libp2p.relay.HopMessage;
import io.tributary.libp2p.time.EventLoopTimekeeper;
import io.tributary.libp2p.time.Timekeeper;
import io.tributary.libp2p.transport.IoEngine;
import io.tributary.nodekit.admin.AdminListener;
import io.tributary.nodekit.admin.AdminPages;
import io.tributary.nodekit.admin.AdminSettings;
import io.tributary.nodekit.admin.NodeMetrics;
import io.tributary.nodekit.admin.RunningNode;
import io.tributary.nodekit.http.HttpServer;
import io.tributary.nodekit.http.TlsIdentity;
import io.tributary.nodekit.network.NetworkProfile;
import io.tributary.origin.chain.ChainClient;
import io.tributary.origin.chain.RpcEndpoint;
import io.tributary.origin.chain.rpc.RpcClient;
import io.tributary.origin.chain.rpc.RpcLimits;
import io.tributary.origin.chain.rpc.RpcObserver;
import io.tributary.origin.chain.substrate.ListingLimits;
import io.tributary.origin.chain.substrate.SubstrateChain;
import io.tributary.origin.identity.SeedFile;
import io.tributary.origin.miner.MinerClient;
import io.tributary.origin.upstream.UpstreamLimits;
import io.tributary.origin.upstream.UpstreamRuntime;
import io.tributary.region.placement.Placement;
import io.tributary.region.placement.StakeView;
import io.tributary.region.reach.NodeReach;
import io.tributary.region.reach.ReachSettings;
import io.tributary.region.record.CacherOffer;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/**
 * A cacher as its operator runs it: put together from a configuration, started, drained, stopped.
 * Started again with the same directory it goes on where it was. Thread-safe; waits for disk and
 * sockets, so not to be used on event loops.
 */
public final class Cacher implements AutoCloseable {
  /** How often what is hot, and for which files, is written down. */
  static final Duration SAVE_EVERY = Duration.ofMinutes(5);

  /** A home is counted less below this part of the share above which one is added. */
  static final int SHARE_TO_LOWER = 4;

  private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

  private final CacherConfig config;
  private final CacherRuntime runtime;
  private final NetworkProfile profile;
  private final Deque<AutoCloseable> running = new ArrayDeque<>();
  private final Host host;
  private final NodeReach reach;
  private final HotFragments hot;
  private final Ledger ledger;
  private final Provenance provenance;
  private final DhtMeters dhtMeters;
  private final CacherNode node;
  private final AdminListener admin;
  private final CacherState state;
  private Optional<RegionPresence> region = Optional.empty();
  private Optional<HttpServer> http = Optional.empty();
  private volatile boolean isDraining;
  private boolean isClosed;

  private Cacher(CacherConfig config, CacherRuntime runtime)
      throws IOException, StoreException, JournalException, KeystoreException {
    this.config = config;
    this.runtime = runtime;
    Path directory = Files.createDirectories(config.directory());
    this.profile = NetworkProfile.read(config.network());
    try {
      NodeMetrics metrics = opened(new NodeMetrics());
      MeterRegistry registry = metrics.registry();
      MicrometerStoreMetrics storeMetrics = new MicrometerStoreMetrics(registry);
      this.hot =
          opened(
              HotFragments.open(
                  directory.resolve("store"),
                  HotOptions.ofQuota(config.store().quotaBytes()),
                  runtime.executor(),
                  storeMetrics));
      storeMetrics.watch(hot);
      this.provenance = new Provenance(directory.resolve("files"), hot);
      running.push(this::saveProvenance);
      this.ledger =
          opened(
              Ledger.open(
                  directory.resolve("ledger"),
                  domain(profile),
                  JournalOptions.defaults(),
                  runtime.clock(),
                  runtime.journals()));
      IoEngine io = opened(IoEngine.start());
      this.host = host(io, registry, directory);
      this.reach = reach(registry);
      listen();
      ChainClient chain = chain();
      MinerClient miners = miners(directory);
      Timekeeper time = new EventLoopTimekeeper(io.group().next(), runtime.clock());
      this.dhtMeters = new DhtMeters(registry);
      openRegion(registry, time);
      CacherMeters meters = new CacherMeters(registry);
      ServingRules rules = rules();
      this.node =
          opened(
              new CacherNode(
                  settings(),
                  new NodeParts(
                      host,
                      hot,
                      chain,
                      miners,
                      placement(),
                      rules,
                      new Pace(
                          config.limits().bytesPerSecond(),
                          config.limits().bytesPerSecondPerPeer(),
                          time),
                      payee(),
                      payer(),
                      runtime.executor(),
                      time,
                      runtime.random(),
                      provenance::onStored,
                      new NodeParts.Metrics(
                          new MicrometerExchangeMetrics(registry, Tags.of("side", "serving")),
                          new MicrometerExchangeMetrics(registry, Tags.of("side", "fetching")),
                          meters,
                          meters,
                          meters))));
      meters.watch(node);
      new SettlementMeters(runtime.settling().redemptions()::status)
          .register(registry, runtime.clock());
      Gauge.builder("cacher.files.stored", provenance, Provenance::size).register(registry);
      node.start();
      openHttp(io, registry);
      this.state =
          new CacherState(
              config,
              profile,
              host,
              reach,
              hot,
              ledger,
              node,
              region,
              dhtMeters,
              runtime.settling().redemptions(),
              runtime.clock());
      this.admin = opened(admin(io, metrics));
      startChores(storeMetrics);
      new RunningNode(ProcessHandle.current().pid(), admin.url().toString()).write(directory);
      running.push(() -> RunningNode.remove(directory));
      CacherLog.started(
          host.peerId().toString(),
          config.region().name(),
          config.payment().price().toString(),
          admin.url().toString());
    } catch (IOException
        | StoreException
        | JournalException
        | KeystoreException
        | RuntimeException e) {
      stopAll();
      throw e;
    }
  }

  /**
   * Starts a cacher; it answers peers when this returns.
   *
   * @throws IOException if the disk fails, the identity cannot be used, or an address cannot be
   *     listened at
   * @throws StoreException if the store cannot be opened
   * @throws JournalException if the ledger cannot be opened
   * @throws KeystoreException if the payment key cannot be used
   */
  public static Cacher start(CacherConfig config, CacherRuntime runtime)
      throws IOException, StoreException, JournalException, KeystoreException {
    return new Cacher(config, runtime);
  }

  private <T extends AutoCloseable> T opened(T part) {
    running.push(part);
    return part;
  }

  /** The contract that vouchers are for; where there is none, all nodes agree on no contract. */
  public static SettlementDomain domain(NetworkProfile profile) {
    return profile
        .settlement()
        .map(each -> new SettlementDomain(each.chainId(), EvmAddress.parse(each.contract())))
        .orElseGet(() -> new SettlementDomain(1, EvmAddress.of(new byte[EvmAddress.BYTES])));
  }

  private Host host(IoEngine io, MeterRegistry registry, Path directory) throws IOException {
    PrivateKey identity =
        new KeyFile(directory.resolve("identity.key")).loadOrCreate(runtime.random());
    MicrometerHostMetrics hostMetrics = new MicrometerHostMetrics(registry);
    HostBuilder builder =
        Host.builder(identity)
            .io(io)
            .metrics(hostMetrics)
            .clock(runtime.clock())
            .lentBytes(ReachSettings.LENT_BYTES)
            .publicNetworks(publicNetworks(profile));
    config.listen().addresses().forEach(builder::listen);
    config.reach().mapping(config.listen().addresses()).ifPresent(builder::portMapping);
    Host built = opened(builder.build());
    hostMetrics.watch(built);
    return built;
  }

  private static PublicNetworks publicNetworks(NetworkProfile profile) {
    return new PublicNetworks(
        profile.overlay().map(NetworkProfile.Overlay::publicNetworks).orElse(List.of()).stream()
            .map(IpPrefix::parse)
            .toList());
  }

  private NodeReach reach(MeterRegistry registry) {
    List<Multiaddr> bootstrap = profile.overlay().map(this::bootstrap).orElse(List.of());
    NodeReach made = opened(new NodeReach(host, config.reach(), bootstrap, runtime.random()));
    MicrometerNatMetrics.watch(registry, made.traversal());
    return made;
  }

  private void listen() throws IOException {
    Future<Void> started = host.start().awaitUninterruptibly();
    if (!started.isSuccess()) {
      throw new IOException(
          "cannot listen at " + config.listen().addresses() + ": " + started.cause().getMessage(),
          started.cause());
    }
    config.listen().announce().forEach(host::addAddress);
  }

  private ChainClient chain() {
    RpcClient rpc =
        opened(
            new RpcClient(
                profile.chain().rpc().stream().map(RpcEndpoint::new).toList(),
                RpcLimits.DEFAULT,
                runtime.executor(),
                runtime.timers(),
                runtime.clock(),
                RpcObserver.NONE));
    return new SubstrateChain(rpc, ListingLimits.DEFAULT);
  }

  private MinerClient miners(Path directory) throws IOException {
    UpstreamLimits usual = MinerClient.DEFAULT_LIMITS;
    return new MinerClient(
        new UpstreamLimits(
            usual.deadlines(),
            UpstreamLimits.Retries.NONE,
            usual.breaker(),
            usual.parallelPerEndpoint(),
            usual.endpoints(),
            usual.smallAnswerBytes()),
        new UpstreamRuntime(
            runtime.executor(),
            runtime.timers(),
            System::nanoTime,
            runtime.clock(),
            runtime.random()),
        SeedFile.readOrCreate(directory.resolve("miner-account.seed"), runtime.random()),
        profile.chain().ss58Prefix());
  }

  private void openRegion(MeterRegistry registry, Timekeeper time) throws IOException {
    if (profile.overlay().isEmpty()) {
      CacherLog.alone();
      return;
    }
    NetworkProfile.Overlay overlay = profile.overlay().get();
    RegionPresence presence =
        opened(
            RegionPresence.open(
                new RegionPresence.Parts(
                    host,
                    reach,
                    config.region(),
                    this::offer,
                    overlay.dhtPrefix(),
                    bootstrap(overlay),
                    overlay.local(),
                    config.directory(),
                    runtime.settling().stakes(),
                    time,
                    runtime.executor(),
                    runtime.random(),
                    runtime.clock(),
                    new RegionMeters(registry),
                    dhtMeters)));
    Gauge.builder("cacher.region.members", presence, each -> each.placement().size())
        .register(registry);
    region = Optional.of(presence);
    reach.open();
  }

  /** All bootstrap nodes but this one, which may be among them. */
  private List<Multiaddr> bootstrap(NetworkProfile.Overlay overlay) {
    return overlay.bootstrap().stream()
        .map(Multiaddr::parse)
        .filter(address -> address.peerId().filter(host.peerId()::equals).isEmpty())
        .toList();
  }

  private CacherOffer offer() {
    return new CacherOffer(
        config.store().quotaBytes(),
        config.payment().price(),
        config.payment().payout(),
        reach.isRelaying()
            ? List.of(FragmentCodec.PROTOCOL, HopMessage.PROTOCOL_ID)
            : List.of(FragmentCodec.PROTOCOL));
  }

  private Supplier<Placement> placement() {
    Placement nobody = Placement.of(config.region(), List.of(), StakeView.NONE);
    return region.<Supplier<Placement>>map(each -> each::placement).orElse(() -> nobody);
  }

  private ServingRules rules() {
    CacherConfig.Rules rules = config.rules();
    return new ServingRules(
        Set.copyOf(rules.blockedFiles()),
        Set.copyOf(rules.allowedFiles()),
        Set.copyOf(rules.blockedOwners()),
        Set.copyOf(rules.blockedFragments()),
        Set.copyOf(rules.blockedPeers()),
        Set.copyOf(rules.blockedRegions()),
        Set.copyOf(rules.giftPeers()),
        peer -> region.flatMap(each -> each.regionOf(peer)));
  }

  private NodeSettings settings() {
    CacherConfig.Limits limits = config.limits();
    ServerSettings usual = ServerSettings.defaults();
    ServerSettings server =
        new ServerSettings(
            limits.maxDeliveries(),
            limits.maxDeliveriesPerPeer(),
            usual.maxBulkPerPeer(),
            usual.shortRangeBytes(),
            usual.quantumBytes(),
            usual.maxQuestions(),
            usual.maxPayers(),
            usual.maxLanesPerPayer(),
            usual.maxStreamsPerLane(),
            usual.openTimeout(),
            usual.linger(),
            usual.tick(),
            usual.laneIdle(),
            usual.retryAfter());
    return NodeSettings.of(config.payment().price())
        .withSiblingCeiling(config.payment().siblingCeiling())
        .with(server)
        .with(FillSettings.defaults().withMaxFills(limits.maxFills()))
        .with(
            DemandSettings.defaults()
                .withShare(
                    limits.shareBytesPerSecond(), limits.shareBytesPerSecond() / SHARE_TO_LOWER)
                .withMaxHomes(limits.maxHomes())
                .withPrefetch(limits.prefetchBytesPerSecond()));
  }

  private Payee payee() {
    return new Payee(
        config.payment().payout(),
        ledger,
        runtime.settling().escrow(),
        runtime.settling().settled(),
        CreditTerms.defaults(),
        Curve.fastest());
  }

  private Optional<Payer> payer() throws KeystoreException {
    if (config.payment().wallet().isEmpty()) {
      CacherLog.noWallet();
      return Optional.empty();
    }
    CacherConfig.Wallet wallet = config.payment().wallet().get();
    char[] password = PasswordSource.file(wallet.passwordFile()).read();
    try {
      SigningKey key =
          opened(KeyDirectory.read(wallet.keystore()).unlock(password, Curve.fastest()));
      runtime.settling().redemptions().begin(ledger, key);
      running.push(runtime.settling().redemptions()::end);
      return Optional.of(
          new Payer(
              key.address(),
              lane(),
              key,
              Curve.fastest(),
              ledger,
              runtime.settling().settled(),
              CreditTerms.defaults(),
              config.payment().siblingCeiling(),
              UnprovenLimits.defaults()));
    } finally {
      Arrays.fill(password, '\0');
    }
  }

  /** A number of this node's own, so that several may pay from one account. */
  private long lane() {
    byte[] id = host.peerId().toBytes();
    long lane = 0;
    for (int i = 0; i < Long.BYTES; i++) {
      lane = lane << Byte.SIZE | (id[id.length - 1 - i] & 0xff);
    }
    return lane & Long.MAX_VALUE;
  }

  private void openHttp(IoEngine io, MeterRegistry registry) throws IOException {
    if (config.http().isEmpty()) {
      return;
    }
    CacherConfig.Http wanted = config.http().get();
    FragmentPages pages =
        new FragmentPages(
            node.catalog(),
            node.fragments(),
            wanted.allowed(),
            new AccessTokens(
                Set.copyOf(wanted.payers()), host.peerId(), Curve.fastest(), runtime.clock()));
    http =
        Optional.of(
            opened(
                HttpServer.builder("fragments", io.group(), pages.router())
                    .bind(wanted.bind())
                    .tls(wanted.tls().map(tls -> new TlsIdentity(tls.certificates(), tls.key())))
                    .quick(pages.quick())
                    .registry(registry)
                    .clock(runtime.clock())
                    .start()));
  }

  private AdminListener admin(IoEngine io, NodeMetrics metrics)
      throws IOException, KeystoreException {
    Optional<String> token = Optional.empty();
    if (config.admin().tokenFile().isPresent()) {
      token = Optional.of(new String(PasswordSource.file(config.admin().tokenFile().get()).read()));
    }
    return AdminListener.start(
        new AdminSettings(config.admin().bind(), token),
        io.group(),
        new AdminPages(this::notReady, state::tree, metrics::scrape));
  }

  private List<String> notReady() {
    List<String> reasons = new ArrayList<>();
    if (isDraining) {
      reasons.add("the node is stopping");
    }
    ledger
        .trouble()
        .ifPresent(why -> reasons.add("nothing is sold, the ledger cannot be written: " + why));
    if (node.outage().isOn()) {
      reasons.add("most of what is fetched fails: look at the way to chain and miners");
    }
    return reasons;
  }

  // Chores

  private void startChores(MicrometerStoreMetrics storeMetrics) {
    new Scrub(hot, storeMetrics, config.store().scrubBytesPerSecond(), System::nanoTime)
        .run(runtime.timers());
    every(
        SAVE_EVERY,
        () -> {
          hot.save();
          saveProvenance();
        });
    every(
        config.rules().purgeWithin().dividedBy(2),
        () ->
            provenance
                .purge(node.catalog())
                .whenComplete(
                    (purged, failure) -> {
                      if (failure != null) {
                        CacherLog.purgeFailed(failure);
                      }
                    }));
  }

  private void every(Duration period, Runnable chore) {
    var scheduled =
        runtime
            .timers()
            .scheduleWithFixedDelay(
                () -> runtime.executor().execute(chore),
                period.toMillis(),
                period.toMillis(),
                TimeUnit.MILLISECONDS);
    running.push(() -> scheduled.cancel(false));
  }

  private void saveProvenance() {
    try {
      provenance.save();
    } catch (IOException e) {
      CacherLog.notSaved("which files are here", e);
    }
  }

  // What it tells

  /** Where peers reach it, with its id. */
  public List<Multiaddr> addresses() {
    return host.addresses().stream().map(each -> each.withPeerId(host.peerId())).toList();
  }

  /** Where it tells its state. */
  public URI adminUrl() {
    return admin.url();
  }

  /** Where it serves HTTP, if it does. */
  public Optional<URI> httpUrl() {
    return http.map(HttpServer::url);
  }

  /** Its peer id. */
  public String peerId() {
    return host.peerId().toString();
  }

  /** Its presence in the region, if the network has an overlay. */
  Optional<RegionPresence> region() {
    return region;
  }

  /** Its state. */
  public CacherState state() {
    return state;
  }

  // The end

  /**
   * Takes no more requests, says farewell to its region, and waits until what is being delivered is
   * through, or the configured time is over.
   */
  public void drain() {
    isDraining = true;
    CacherLog.draining(node.fragments().openBodies(), config.drainFor());
    region.ifPresent(RegionPresence::leave);
    node.drain();
    long deadline = System.nanoTime() + config.drainFor().toNanos();
    while (node.fragments().openBodies() > 0 && System.nanoTime() - deadline < 0) {
      LockSupport.parkNanos(LOOK_NANOS);
    }
    CacherLog.drained(node.fragments().openBodies());
  }

  /** Stops at once; what was begun is cut off. */
  @Override
  public synchronized void close() {
    if (!isClosed) {
      isClosed = true;
      stopAll();
    }
  }

  private void stopAll() {
    while (!running.isEmpty()) {
      AutoCloseable part = running.pop();
      try {
        part.close();
      } catch (Exception e) {
        // The others are to be closed all the same.
        CacherLog.notStoppedInOrder(e);
      }
    }
  }
}
