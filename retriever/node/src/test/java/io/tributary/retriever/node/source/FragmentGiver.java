package io.tributary.retriever.node.source;

import io.tributary.content.FragmentHash;
import io.tributary.exchange.ExchangeMetrics;
import io.tributary.exchange.FragmentRequest;
import io.tributary.exchange.Status;
import io.tributary.exchange.client.Provider;
import io.tributary.exchange.server.AccessPolicy;
import io.tributary.exchange.server.FragmentServer;
import io.tributary.exchange.server.FragmentSource;
import io.tributary.exchange.server.HeldFragment;
import io.tributary.exchange.server.ServerSettings;
import io.tributary.kademlia.Mode;
import io.tributary.kademlia.stream.KademliaNode;
import io.tributary.kademlia.stream.KademliaSettings;
import io.tributary.ledger.EvmAddress;
import io.tributary.ledger.PricePerGib;
import io.tributary.libp2p.Host;
import io.tributary.libp2p.identity.PrivateKey;
import io.tributary.libp2p.multiformats.Multiaddr;
import io.tributary.libp2p.multiformats.PeerId;
import io.tributary.libp2p.time.EventLoopTimekeeper;
import io.tributary.libp2p.transport.IoEngine;
import io.tributary.region.Region;
import io.tributary.region.RegionMetrics;
import io.tributary.region.locate.ProviderFinder;
import io.tributary.region.lookup.HomesServer;
import io.tributary.region.membership.DhtDirectory;
import io.tributary.region.placement.Placement;
import io.tributary.region.placement.StakeView;
import io.tributary.region.record.CacherOffer;
import io.tributary.region.record.CacherRecord;
import io.tributary.region.record.SignedRecord;
import io.tributary.region.record.Validity;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.InstantSource;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;

/** A node of the overlay that gives fragments away: a cacher of some region, or a stranger. */
final class FragmentGiver implements FragmentSource, AutoCloseable {
  private final Map<FragmentHash, ByteBuffer> held = new ConcurrentHashMap<>();
  final AtomicInteger given = new AtomicInteger();
  private final PrivateKey identity = PrivateKey.generate(new SecureRandom());
  private final Host host;
  private final KademliaNode dht;
  private final FragmentServer server;

  FragmentGiver(String dhtPrefix, List<Multiaddr> bootstrap, IoEngine io, Executor disk)
      throws Exception {
    host = Host.builder(identity).io(io).listen(Multiaddr.parse("/ip4/127.0.0.1/tcp/0")).build();
    host.start().awaitUninterruptibly();
    KademliaSettings local = KademliaSettings.local(dhtPrefix, bootstrap);
    dht =
        KademliaNode.start(
            host,
            new KademliaSettings(
                local.prefix(),
                local.scope(),
                local.config().with(Mode.SERVER),
                local.limits(),
                local.namespaces(),
                Optional.empty(),
                local.metrics()),
            Clock.systemUTC(),
            new SplittableRandom(5),
            disk);
    server =
        FragmentServer.giving(
            host,
            this,
            (peer, request) -> new AccessPolicy.Admission.Gift(),
            ServerSettings.defaults(),
            new EventLoopTimekeeper(io.group().next(), InstantSource.system()),
            ExchangeMetrics.NONE);
    server.start();
  }

  void hold(FragmentHash hash, byte[] bytes) {
    held.put(hash, ByteBuffer.allocateDirect(bytes.length).put(bytes).flip());
  }

  /** Its address, with its id. */
  Multiaddr address() {
    return host.listenAddresses().iterator().next().withPeerId(host.peerId());
  }

  Provider provider() {
    return new Provider(host.peerId(), List.copyOf(host.listenAddresses()), Optional.empty());
  }

  /** Says in the DHT what it holds. */
  void announce() {
    held.keySet().forEach(hash -> dht.dht().provide(ProviderFinder.keyOf(hash)));
  }

  /** Is the only cacher of a region from now on. */
  void join(Region region) {
    SignedRecord record =
        SignedRecord.seal(
            new CacherRecord(
                host.peerId(),
                List.copyOf(host.listenAddresses()),
                region,
                new CacherOffer(
                    1L << 30,
                    PricePerGib.FREE,
                    EvmAddress.of(new byte[EvmAddress.BYTES]),
                    List.of()),
                1,
                new Validity(Clock.systemUTC().instant(), Duration.ofHours(1)),
                false),
            identity);
    Placement placement = Placement.at(region, List.of(record), StakeView.NONE);
    new HomesServer(host, region, () -> placement, RegionMetrics.NONE).start();
    new DhtDirectory(dht.dht()).announce(region);
  }

  @Override
  public CompletionStage<Answer> find(PeerId peer, FragmentRequest request) {
    ByteBuffer bytes = held.get(request.name().hash());
    if (bytes == null) {
      return CompletableFuture.completedStage(new Answer.Missing(Status.NOT_FOUND, Duration.ZERO));
    }
    given.incrementAndGet();
    return CompletableFuture.completedStage(
        new Answer.Found(HeldFragment.of(bytes.duplicate(), () -> {})));
  }

  @Override
  public CompletionStage<BitSet> held(List<FragmentHash> fragments) {
    return CompletableFuture.completedStage(new BitSet());
  }

  @Override
  public void close() {
    server.close();
    dht.close();
    host.close();
  }
}
