package io.tributary.retriever.node;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.tributary.exchange.client.ClientSettings;
import io.tributary.exchange.client.FetchRequest;
import io.tributary.exchange.client.FragmentClient;
import io.tributary.exchange.client.Payer;
import io.tributary.exchange.client.Provider;
import io.tributary.exchange.metrics.MicrometerExchangeMetrics;
import io.tributary.exchange.server.FragmentServer;
import io.tributary.exchange.server.ServerSettings;
import io.tributary.kademlia.Mode;
import io.tributary.kademlia.stream.KademliaNode;
import io.tributary.kademlia.stream.KademliaSettings;
import io.tributary.ledger.PricePerGib;
import io.tributary.libp2p.Host;
import io.tributary.libp2p.HostBuilder;
import io.tributary.libp2p.identity.KeyFile;
import io.tributary.libp2p.identity.PrivateKey;
import io.tributary.libp2p.limits.IpPrefix;
import io.tributary.libp2p.limits.PublicNetworks;
import io.tributary.libp2p.metrics.micrometer.MicrometerHostMetrics;
import io.tributary.libp2p.metrics.micrometer.MicrometerNatMetrics;
import io.tributary.libp2p.multiformats.Multiaddr;
import io.tributary.libp2p.time.EventLoopTimekeeper;
import io.tributary.libp2p.time.Timekeeper;
import io.tributary.nodekit.network.NetworkProfile;
import io.tributary.region.Region;
import io.tributary.region.RegionMetrics;
import io.tributary.region.locate.Locator;
import io.tributary.region.locate.MemberFinder;
import io.tributary.region.locate.NeighbourFinder;
import io.tributary.region.locate.Neighbours;
import io.tributary.region.locate.ProviderFinder;
import io.tributary.region.locate.SourceFinder;
import io.tributary.region.locate.Stage;
import io.tributary.region.lookup.HomesClient;
import io.tributary.region.membership.DhtDirectory;
import io.tributary.region.reach.NodeReach;
import io.tributary.region.reach.ReachSettings;
import io.tributary.region.record.AddressScope;
import io.tributary.region.record.RecordRules;
import io.tributary.retriever.engine.source.CacherProvider;
import io.tributary.retriever.engine.source.FetchTerms;
import io.tributary.retriever.engine.source.FragmentProvider;
import io.tributary.retriever.engine.source.PeerProvider;
import io.tributary.retriever.node.source.NeighbourMeter;
import io.tributary.retriever.node.source.SharedFragments;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.Collectors;

/**
 * A retriever's part in the overlay: a host, a client of the DHT, the cachers of its region, and
 * who pays them.
 *
 * @param host the libp2p host
 * @param reach how that is reached
 * @param members cachers of the region that are known
 * @param neighbours members of other regions that were measured
 * @param sources finds fragments at cachers and other retrievers
 * @param client fetches from them
 */
record OverlayAccess(
    Host host,
    NodeReach reach,
    RegionMembers members,
    Neighbours neighbours,
    List<FragmentProvider> sources,
    FragmentClient client) {

  /**
   * Joins. Blocks while files are read and sockets opened.
   *
   * @param shared what other retrievers may ask for
   */
  static OverlayAccess join(
      NetworkProfile.Overlay network,
      RetrieverConfig config,
      RetrieverRuntime runtime,
      Optional<Payer> payer,
      Optional<SharedFragments> shared,
      MeterRegistry registry,
      StartedParts parts)
      throws IOException {
    Path directory = config.directory();
    PrivateKey identity =
        new KeyFile(directory.resolve("identity.key")).loadOrCreate(runtime.random());
    MicrometerHostMetrics metrics = new MicrometerHostMetrics(registry);
    HostBuilder builder =
        Host.builder(identity)
            .io(runtime.io())
            .clock(runtime.clock())
            .metrics(metrics)
            .lentBytes(ReachSettings.LENT_BYTES)
            .publicNetworks(
                new PublicNetworks(network.publicNetworks().stream().map(IpPrefix::parse).toList()))
            .versions(
                HostBuilder.DEFAULT_PROTOCOL_VERSION, "tributary-retriever/" + runtime.version());
    List<Multiaddr> listening = config.overlay().listen().stream().map(Multiaddr::parse).toList();
    listening.forEach(builder::listen);
    config.overlay().reach().mapping(listening).ifPresent(builder::portMapping);
    Host host = parts.add(builder.build());
    NodeReach reach =
        parts.add(
            new NodeReach(
                host,
                config.overlay().reach(),
                network.bootstrap().stream().map(Multiaddr::parse).toList(),
                runtime.random()));
    MicrometerNatMetrics.watch(registry, reach.traversal());
    var started = host.start().awaitUninterruptibly();
    if (!started.isSuccess()) {
      throw new IOException(
          "cannot listen at " + config.overlay().listen() + ": " + started.cause().getMessage(),
          started.cause());
    }
    metrics.watch(host);
    KademliaNode dht =
        parts.add(
            KademliaNode.start(
                host,
                dhtSettings(network, directory).with(host.publicNetworks()),
                runtime.clock(),
                new SplittableRandom(runtime.random().nextLong()),
                runtime.blocking()));
    Timekeeper time = new EventLoopTimekeeper(runtime.io().group().next(), runtime.clock());
    Region region = config.overlay().region();
    DhtDirectory regions = new DhtDirectory(dht.dht());
    RegionMembers members =
        parts.add(
            new RegionMembers(regions, region, host.peerId(), runtime.random(), runtime.timers()));
    HomesClient homes =
        new HomesClient(
            host,
            new RecordRules(
                runtime.clock(),
                new AddressScope(network.local(), host.publicNetworks()),
                RegionMetrics.NONE),
            runtime.computing());
    Neighbours neighbours = new Neighbours();
    parts.add(
        new NeighbourMeter(
            host,
            dht.ping(),
            regions,
            config.sources().neighbours(),
            neighbours,
            runtime.timers()));
    Map<Stage, SourceFinder> finders = new EnumMap<>(Stage.class);
    finders.put(Stage.HOMES, new MemberFinder(region, members::now, homes::ask));
    finders.put(Stage.NEIGHBOURS, new NeighbourFinder(region, neighbours, homes::ask));
    finders.put(Stage.PROVIDERS, new ProviderFinder(dht.dht()));
    Locator locator = new Locator(host.peerId(), finders, time, reach::isDirect);
    FragmentClient client =
        new FragmentClient(
            host,
            payer,
            ClientSettings.defaults(),
            runtime.computing(),
            time,
            new MicrometerExchangeMetrics(registry, Tags.of("side", "client")));
    PricePerGib ceiling = payer.map(Payer::ceiling).orElse(PricePerGib.FREE);
    FetchTerms terms =
        (name, range, deadline) -> FetchRequest.range(name, range, ceiling, deadline);
    List<FragmentProvider> sources = new ArrayList<>();
    sources.add(new CacherProvider(locator, client, terms));
    List<Provider> retrievers = config.sources().retrievers();
    if (!retrievers.isEmpty()) {
      FetchTerms gifts =
          (name, range, deadline) -> FetchRequest.range(name, range, PricePerGib.FREE, deadline);
      sources.add(new PeerProvider(() -> retrievers, client, gifts));
      shared.ifPresent(fragments -> share(host, retrievers, fragments, time, registry, parts));
    }
    reach.open();
    return new OverlayAccess(host, reach, members, neighbours, List.copyOf(sources), client);
  }

  private static void share(
      Host host,
      List<Provider> retrievers,
      SharedFragments fragments,
      Timekeeper time,
      MeterRegistry registry,
      StartedParts parts) {
    FragmentServer server =
        parts.add(
            FragmentServer.giving(
                host,
                fragments,
                SharedFragments.giftsTo(
                    retrievers.stream().map(Provider::peer).collect(Collectors.toSet())),
                ServerSettings.defaults(),
                time,
                new MicrometerExchangeMetrics(registry, Tags.of("side", "server"))));
    server.start();
  }

  /** A retriever asks in the DHT and keeps nothing of others there. */
  private static KademliaSettings dhtSettings(NetworkProfile.Overlay network, Path directory) {
    List<Multiaddr> bootstrap = network.bootstrap().stream().map(Multiaddr::parse).toList();
    KademliaSettings usual =
        network.local()
            ? KademliaSettings.local(network.dhtPrefix(), bootstrap)
            : KademliaSettings.internet(network.dhtPrefix(), bootstrap);
    return new KademliaSettings(
        usual.prefix(),
        usual.scope(),
        usual.config().with(Mode.CLIENT),
        usual.limits(),
        usual.namespaces(),
        Optional.of(directory),
        usual.metrics());
  }
}
