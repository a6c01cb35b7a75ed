package io.tributary.kademlia.stream;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.kademlia.Search;
import io.tributary.kademlia.TestPeers;
import io.tributary.kademlia.key.DhtKey;
import io.tributary.kademlia.message.Contact;
import io.tributary.kademlia.network.RefusalReason;
import io.tributary.kademlia.value.Namespaces;
import io.tributary.kademlia.value.ValueRules;
import io.tributary.libp2p.Host;
import io.tributary.libp2p.TestHosts;
import io.tributary.libp2p.interop.JsPeer;
import io.tributary.libp2p.multiformats.Cid;
import io.tributary.libp2p.multiformats.Multihash;
import io.tributary.libp2p.security.noise.NoiseProtocol;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Nodes of ours and of js-libp2p in one DHT: each finds what the other has. */
class JsKademliaInteropTest {

  private static final long RAW_CODEC = 0x55;

  /** As the js peer's: any value is valid, the first is as good as any. */
  private static final class AnyValue implements ValueRules {
    @Override
    public Optional<RefusalReason> validate(DhtKey key, byte[] value, Instant now) {
      return Optional.empty();
    }

    @Override
    public boolean isBetter(DhtKey key, byte[] value, byte[] than) {
      return false;
    }
  }

  private final TestHosts hosts = new TestHosts();
  private final ExecutorService disk = Executors.newSingleThreadExecutor();
  private final List<KademliaNode> nodes = new ArrayList<>();
  private final SplittableRandom random = new SplittableRandom(5);

  @AfterEach
  void stop() {
    nodes.forEach(KademliaNode::close);
    hosts.close();
    disk.shutdown();
  }

  private KademliaNode start(Host host, JsPeer js) throws IOException {
    KademliaSettings settings =
        KademliaSettings.local("/ipfs", List.of(js.address()))
            .with(new Namespaces(Map.of("test", new AnyValue())));
    KademliaNode node =
        KademliaNode.start(host, settings, InstantSource.system(), random.split(), disk);
    nodes.add(node);
    return node;
  }

  private static <T> T result(Search<T> search) {
    return search.result().orTimeout(20, TimeUnit.SECONDS).join();
  }

  private static String cid(Multihash content) {
    return new Cid(RAW_CODEC, content).toString();
  }

  @Test
  void bothSides_findPeersProvidersAndValues() throws IOException {
    try (JsPeer first = JsPeer.listenTcp("--security", "noise", "--dht", "server");
        JsPeer second = JsPeer.listenTcp("--security", "noise", "--dht", "server")) {
      second.dial(first.address());
      Host nearHost = hosts.listening(NoiseProtocol::new);
      KademliaNode near = start(nearHost, first);
      Host farHost = hosts.listening(NoiseProtocol::new);
      KademliaNode far = start(farHost, first);
      Awaitility.await()
          .atMost(Duration.ofSeconds(30))
          .untilAsserted(
              () -> {
                assertThat(near.peers().join()).hasSizeGreaterThanOrEqualTo(2);
                assertThat(far.peers().join()).hasSizeGreaterThanOrEqualTo(2);
                assertThat(first.call("dhtSize").asInt()).isGreaterThanOrEqualTo(3);
              });

      // Peers; their addresses come with identify, which may follow their way into the tables.
      Awaitility.await()
          .ignoreExceptions()
          .untilAsserted(
              () ->
                  assertThat(result(far.dht().findPeer(second.peerId())))
                      .hasValueSatisfying(
                          peer ->
                              assertThat(peer.addresses())
                                  .contains(second.address().withoutPeerId())));
      Awaitility.await()
          .ignoreExceptions()
          .untilAsserted(
              () ->
                  assertThat(second.call("findPeer", "peer", farHost.peerId()).toString())
                      .contains(farHost.listenAddresses().iterator().next().toString()));

      // Providers.
      Multihash ours = TestPeers.content(random);
      assertThat(result(near.dht().provide(ours))).isPositive();
      Awaitility.await()
          .ignoreExceptions()
          .untilAsserted(
              () ->
                  assertThat(second.call("findProviders", "cid", cid(ours)).toString())
                      .contains(nearHost.peerId().toString()));
      Multihash theirs = TestPeers.content(random);
      assertThat(second.call("provide", "cid", cid(theirs)).asInt()).isPositive();
      Awaitility.await()
          .ignoreExceptions()
          .untilAsserted(
              () -> {
                List<Contact> providers = new CopyOnWriteArrayList<>();
                result(far.dht().findProviders(theirs, 1, providers::add));
                assertThat(providers).extracting(Contact::peer).containsExactly(second.peerId());
              });

      // Values.
      byte[] value = "ours".getBytes(UTF_8);
      assertThat(result(near.dht().putValue(DhtKey.ofValue("test", "a".getBytes(UTF_8)), value)))
          .isGreaterThanOrEqualTo(2);
      assertThat(second.call("get", "key", "/test/a").asText()).isEqualTo("ours");
      second.call("put", "key", "/test/b", "value", "theirs");
      assertThat(result(far.dht().getValue(DhtKey.ofValue("test", "b".getBytes(UTF_8)))))
          .hasValueSatisfying(bytes -> assertThat(new String(bytes, UTF_8)).isEqualTo("theirs"));
    }
  }
}
