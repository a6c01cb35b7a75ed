package io.tributary.kademlia.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.tributary.kademlia.KademliaMetrics;
import io.tributary.kademlia.Mode;
import io.tributary.kademlia.Search;
import io.tributary.kademlia.TestPeers;
import io.tributary.kademlia.key.DhtKey;
import io.tributary.kademlia.message.Contact;
import io.tributary.kademlia.message.Request;
import io.tributary.kademlia.network.NetworkScope;
import io.tributary.kademlia.network.RefusalReason;
import io.tributary.kademlia.value.Namespaces;
import io.tributary.kademlia.value.SignedValue;
import io.tributary.kademlia.value.SignedValueRules;
import io.tributary.libp2p.Connection;
import io.tributary.libp2p.Host;
import io.tributary.libp2p.Stream;
import io.tributary.libp2p.TestHosts;
import io.tributary.libp2p.multiformats.Multiaddr;
import io.tributary.libp2p.multiformats.Multihash;
import io.tributary.libp2p.ping.PingService;
import io.tributary.libp2p.security.noise.NoiseProtocol;
import io.tributary.libp2p.stream.StreamHandler;
import io.tributary.libp2p.stream.StreamReset;
import io.tributary.libp2p.wire.DelimitedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whole nodes on real hosts over loopback. */
class KademliaNodeTest {

  private static final Namespaces VALUES =
      new Namespaces(Map.of("test", SignedValueRules.defaults()));

  @TempDir Path folder;

  private final TestHosts hosts = new TestHosts();
  private final ExecutorService disk = Executors.newSingleThreadExecutor();
  private final List<KademliaNode> nodes = new ArrayList<>();
  private final List<Host> nodeHosts = new ArrayList<>();
  private final Queue<RefusalReason> refusals = new ConcurrentLinkedQueue<>();
  private final SplittableRandom random = new SplittableRandom(11);

  @AfterEach
  void stop() {
    nodes.forEach(KademliaNode::close);
    hosts.close();
    disk.shutdown();
  }

  private KademliaSettings settings(List<Multiaddr> bootstrap) {
    return KademliaSettings.local("/test", bootstrap)
        .with(VALUES)
        .with(
            new KademliaMetrics() {
              @Override
              public void refused(RefusalReason reason) {
                refusals.add(reason);
              }
            });
  }

  private KademliaNode start(Host host, KademliaSettings settings) throws IOException {
    KademliaNode node =
        KademliaNode.start(host, settings, InstantSource.system(), random.split(), disk);
    nodes.add(node);
    nodeHosts.add(host);
    return node;
  }

  private void startMany(int count) throws IOException {
    for (int i = 0; i < count; i++) {
      Host host = hosts.listening(NoiseProtocol::new);
      start(host, settings(i == 0 ? List.of() : List.of(TestHosts.addressOf(nodeHosts.get(0)))));
    }
    Awaitility.await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(
            () ->
                assertThat(nodes)
                    .allSatisfy(
                        node ->
                            assertThat(result(node.peers()))
                                .hasSizeGreaterThanOrEqualTo(count / 2)));
  }

  private static <T> T result(CompletableFuture<T> future) {
    return future.orTimeout(20, TimeUnit.SECONDS).join();
  }

  private static <T> T result(Search<T> search) {
    return result(search.result());
  }

  @Test
  void network_findsPeersProvidersAndValues() throws Exception {
    startMany(8);
    Host last = nodeHosts.get(7);
    Contact found = result(nodes.get(1).dht().findPeer(last.peerId())).orElseThrow();
    assertThat(found.addresses()).contains(last.listenAddresses().iterator().next());
    assertThat(result(nodes.get(1).dht().findPeer(TestPeers.peer(random)))).isEmpty();

    Multihash content = TestPeers.content(random);
    assertThat(result(nodes.get(2).dht().provide(content))).isGreaterThanOrEqualTo(6);
    Awaitility.await()
        .untilAsserted(
            () -> {
              List<Contact> providers = new CopyOnWriteArrayList<>();
              result(nodes.get(6).dht().findProviders(content, 5, providers::add));
              assertThat(providers).hasSize(1);
              assertThat(providers.get(0).peer()).isEqualTo(nodeHosts.get(2).peerId());
            });

    SignedValue value =
        new SignedValue(
            "test",
            nodeHosts.get(3).peerId(),
            "",
            1,
            Instant.now(),
            Duration.ofHours(1),
            new byte[] {5});
    var record = value.seal(nodeHosts.get(3).identity());
    assertThat(result(nodes.get(3).dht().putValue(record.key(), record.value())))
        .isGreaterThanOrEqualTo(6);
    assertThat(result(nodes.get(5).dht().getValue(record.key()))).hasValue(record.value());
    assertThat(result(nodes.get(5).dht().getValue(DhtKey.ofValue("test", new byte[3])))).isEmpty();
  }

  @Test
  void staleHolder_isCorrectedByWhoReads() throws Exception {
    startMany(3);
    Host owner = nodeHosts.get(0);
    List<byte[]> sealed = new ArrayList<>();
    DhtKey key = SignedValue.key("test", owner.peerId(), "");
    for (int sequence = 1; sequence <= 2; sequence++) {
      sealed.add(
          new SignedValue(
                  "test",
                  owner.peerId(),
                  "",
                  sequence,
                  Instant.now(),
                  Duration.ofHours(1),
                  new byte[] {(byte) sequence})
              .seal(owner.identity())
              .value());
    }
    KademliaNode late = start(hosts.listening(NoiseProtocol::new), settings(List.of()));
    result(late.dht().putValue(key, sealed.get(0)));
    result(nodes.get(0).dht().putValue(key, sealed.get(1)));
    // The newest wins wherever it is asked, and an older one no longer gets in.
    assertThat(result(nodes.get(1).dht().getValue(key))).hasValue(sealed.get(1));
    assertThat(result(nodes.get(2).dht().putValue(key, sealed.get(0)))).isZero();
    assertThat(refusals).contains(RefusalReason.SUPERSEDED);
  }

  @Test
  void client_findsAndIsFoundButAnswersNobody() throws Exception {
    startMany(3);
    KademliaSettings settings = settings(List.of(TestHosts.addressOf(nodeHosts.get(0))));
    Host host = hosts.listening(NoiseProtocol::new);
    KademliaNode client = start(host, settings.with(settings.config().with(Mode.CLIENT)));
    Awaitility.await().until(() -> result(client.peers()).size() >= 3);
    assertThat(host.protocols()).doesNotContain("/test/kad/1.0.0");
    Multihash content = TestPeers.content(random);
    result(nodes.get(1).dht().provide(content));
    Awaitility.await()
        .until(() -> result(client.dht().findProviders(content, 1, provider -> {})) == 1);
    assertThat(result(nodes.get(2).dht().findPeer(host.peerId()))).isPresent();
    assertThat(result(nodes.get(2).peers())).noneMatch(each -> each.peer().equals(host.peerId()));

    client.mode(Mode.SERVER);
    Awaitility.await()
        .until(
            () ->
                result(nodes.get(0).peers()).stream()
                    .anyMatch(each -> each.peer().equals(host.peerId())));
    client.mode(Mode.CLIENT);
    Awaitility.await()
        .until(
            () ->
                result(nodes.get(0).peers()).stream()
                    .noneMatch(each -> each.peer().equals(host.peerId())));
  }

  @Test
  void restartedNode_comesBackWithoutBootstrap() throws Exception {
    startMany(4);
    Host host = hosts.listening(NoiseProtocol::new);
    KademliaNode first =
        start(host, settings(List.of(TestHosts.addressOf(nodeHosts.get(0)))).in(folder));
    Awaitility.await().until(() -> result(first.peers()).size() >= 4);
    Multihash content = TestPeers.content(random);
    result(nodes.get(1).dht().provide(content));
    result(first.dht().provide(TestPeers.content(random)));
    first.close();

    Host after = hosts.listening(NoiseProtocol::new);
    KademliaNode second = start(after, settings(List.of()).in(folder));
    Awaitility.await().until(() -> result(second.peers()).size() >= 4);
    List<Contact> providers = new CopyOnWriteArrayList<>();
    assertThat(result(second.dht().findProviders(content, 1, providers::add))).isEqualTo(1);
  }

  @Test
  void otherPrefix_isAnotherNetwork() throws Exception {
    startMany(2);
    Host host = hosts.listening(NoiseProtocol::new);
    KademliaNode other =
        start(
            host, KademliaSettings.local("/other", List.of(TestHosts.addressOf(nodeHosts.get(0)))));
    Awaitility.await().until(() -> host.connection(nodeHosts.get(0).peerId()).isPresent());
    assertThat(result(other.dht().findPeer(nodeHosts.get(1).peerId()))).isEmpty();
    assertThat(result(other.peers())).isEmpty();
  }

  /** A stream on which anything can be sent. */
  private static final class Raw implements StreamHandler {
    final List<byte[]> messages = new CopyOnWriteArrayList<>();
    final List<StreamReset> resets = new CopyOnWriteArrayList<>();
    private final DelimitedReader reader =
        new DelimitedReader(
            MessageCodec.MAX_BYTES,
            message -> {
              byte[] bytes = new byte[message.readableBytes()];
              message.readBytes(bytes);
              messages.add(bytes);
            });
    private final Stream stream;

    Raw(Host from, Host to) {
      TestHosts.connect(from, to);
      this.stream =
          TestHosts.await(from.newStream(to.peerId(), List.of(), List.of("/test/kad/1.0.0")));
      stream.handler(this);
    }

    void send(byte[]... messages) {
      ByteBuf out = Unpooled.buffer();
      for (byte[] message : messages) {
        DelimitedReader.write(out, message);
      }
      stream.write(out);
    }

    @Override
    public void onData(ByteBuf data) {
      reader.read(data);
    }

    @Override
    public void onReset(StreamReset reset) {
      resets.add(reset);
    }
  }

  @Test
  void severalRequestsOfOneStream_areAnsweredInOrder() throws Exception {
    startMany(2);
    Raw raw = new Raw(hosts.dialling(NoiseProtocol::new), nodeHosts.get(0));
    MessageCodec codec = new MessageCodec(NetworkScope.LOCAL, reason -> {}, InstantSource.system());
    byte[][] requests = new byte[50][];
    List<DhtKey> keys = new ArrayList<>();
    for (int i = 0; i < requests.length; i++) {
      keys.add(DhtKey.of(TestPeers.content(random)));
      requests[i] = codec.encode(new Request.FindNode(keys.get(i)));
    }
    raw.send(requests);
    Awaitility.await().until(() -> raw.messages.size() == requests.length);
    for (int i = 0; i < requests.length; i++) {
      assertThat(KademliaMessages.Message.parseFrom(raw.messages.get(i)).getKey().toByteArray())
          .isEqualTo(keys.get(i).toBytes());
    }
    assertThat(raw.resets).isEmpty();
  }

  @Test
  void badMessages_endTheStreamAndAreCounted() throws Exception {
    startMany(2);
    Host stranger = hosts.dialling(NoiseProtocol::new);
    MessageCodec codec = new MessageCodec(NetworkScope.LOCAL, reason -> {}, InstantSource.system());
    Contact other = TestPeers.contact(random);
    Map<RefusalReason, byte[]> cases =
        Map.of(
            RefusalReason.UNKNOWN_MESSAGE_TYPE,
            new byte[] {8, 99, 18, 1, 1},
            RefusalReason.MALFORMED_MESSAGE,
            new byte[] {8, 4, 18, 50, 1},
            RefusalReason.MESSAGE_TOO_LONG,
            new byte[1 << 20],
            RefusalReason.PROVIDER_NOT_SENDER,
            codec.encode(
                new Request.AddProvider(DhtKey.of(TestPeers.content(random)), List.of(other))),
            RefusalReason.NO_ROUTABLE_ADDRESS,
            codec.encode(
                new Request.AddProvider(
                    DhtKey.of(TestPeers.content(random)),
                    List.of(
                        Contact.of(
                            stranger.peerId(), List.of(Multiaddr.parse("/ip4/0.0.0.0/tcp/1")))))));
    for (Map.Entry<RefusalReason, byte[]> each : cases.entrySet()) {
      Raw raw = new Raw(stranger, nodeHosts.get(0));
      raw.send(each.getValue());
      Awaitility.await(each.getKey().name())
          .untilAsserted(
              () -> {
                assertThat(raw.resets).isNotEmpty();
                assertThat(refusals).contains(each.getKey());
              });
    }
  }

  @Test
  void badValues_areRefusedAndCounted() throws Exception {
    startMany(1);
    Host stranger = hosts.dialling(NoiseProtocol::new);
    MessageCodec codec = new MessageCodec(NetworkScope.LOCAL, reason -> {}, InstantSource.system());
    Instant now = Instant.now();
    Map<RefusalReason, SignedValue> cases =
        Map.of(
            RefusalReason.NEGATIVE_TTL,
            value(stranger, now, Duration.ofHours(-1)),
            RefusalReason.FROM_THE_FUTURE,
            value(stranger, now.plus(Duration.ofHours(1)), Duration.ofHours(1)),
            RefusalReason.EXPIRED,
            value(stranger, now.minus(Duration.ofHours(2)), Duration.ofHours(1)));
    for (Map.Entry<RefusalReason, SignedValue> each : cases.entrySet()) {
      Raw raw = new Raw(stranger, nodeHosts.get(0));
      raw.send(codec.encode(new Request.PutValue(each.getValue().seal(stranger.identity()))));
      Awaitility.await(each.getKey().name())
          .untilAsserted(() -> assertThat(refusals).contains(each.getKey()));
    }
  }

  private static SignedValue value(Host signer, Instant made, Duration life) {
    return new SignedValue("test", signer.peerId(), "name", 1, made, life, new byte[] {1});
  }

  @Test
  void host_answersPings() throws Exception {
    startMany(1);
    Host stranger = hosts.dialling(NoiseProtocol::new);
    Connection connection = TestHosts.connect(stranger, nodeHosts.get(0));
    assertThat(TestHosts.await(new PingService(stranger).ping(connection))).isPositive();
  }

  @Test
  void greedyPeer_isStopped() throws Exception {
    startMany(1);
    KademliaSettings strict =
        settings(List.of())
            .with(
                new StreamLimits(10, 10, Duration.ofSeconds(5), 2, 1, 20, Duration.ofSeconds(10)));
    Host host = hosts.listening(NoiseProtocol::new);
    start(host, strict);
    Host stranger = hosts.dialling(NoiseProtocol::new);
    MessageCodec codec = new MessageCodec(NetworkScope.LOCAL, reason -> {}, InstantSource.system());
    byte[] request = codec.encode(new Request.FindNode(DhtKey.of(new byte[] {1})));
    byte[][] flood = new byte[100][];
    Arrays.fill(flood, request);
    Raw first = new Raw(stranger, host);
    first.send(flood);
    Awaitility.await().until(() -> refusals.contains(RefusalReason.RATE_LIMITED));
    assertThat(first.messages).hasSizeLessThanOrEqualTo(21);
    List<Raw> many = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      many.add(new Raw(stranger, host));
    }
    Awaitility.await().until(() -> refusals.contains(RefusalReason.TOO_MANY_STREAMS));
    assertThat(many).hasSize(5);
  }
}
