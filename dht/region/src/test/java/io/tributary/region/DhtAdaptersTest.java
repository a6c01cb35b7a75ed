package io.tributary.region;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tributary.content.FragmentHash;
import io.tributary.kademlia.Dht;
import io.tributary.kademlia.stream.KademliaNode;
import io.tributary.kademlia.stream.KademliaSettings;
import io.tributary.libp2p.Host;
import io.tributary.libp2p.identity.PrivateKey;
import io.tributary.libp2p.multiformats.Multiaddr;
import io.tributary.libp2p.multiformats.PeerId;
import io.tributary.libp2p.security.noise.NoiseProtocol;
import io.tributary.libp2p.transport.IoEngine;
import io.tributary.region.gossip.Contact;
import io.tributary.region.locate.ProviderFinder;
import io.tributary.region.locate.SourceFinder;
import io.tributary.region.membership.DhtDirectory;
import io.tributary.region.record.SignedRecord;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What regions need of the DHT, on a DHT of real hosts over loopback. */
class DhtAdaptersTest {
  private static final int NODES = 6;
  private static final Duration PATIENCE = Duration.ofSeconds(40);

  private final IoEngine io = IoEngine.start(IoEngine.Kind.preferred(), 2);
  private final ExecutorService disk = Executors.newSingleThreadExecutor();
  private final List<Host> hosts = new ArrayList<>();
  private final List<KademliaNode> nodes = new ArrayList<>();

  @BeforeEach
  void start() throws IOException {
    for (int i = 0; i < NODES; i++) {
      start(i);
    }
    await().atMost(PATIENCE).until(() -> nodes.stream().allMatch(node -> peers(node) >= 3));
  }

  @AfterEach
  void stop() {
    nodes.forEach(KademliaNode::close);
    hosts.forEach(Host::close);
    io.close();
    disk.shutdownNow();
  }

  private KademliaNode start(int number) throws IOException {
    PrivateKey key = TestMembers.key(700 + number);
    Host host =
        Host.builder(key)
            .io(io)
            .security(new NoiseProtocol(key))
            .listen(Multiaddr.parse("/ip4/127.0.0.1/tcp/0"))
            .build();
    assertThat(host.start().awaitUninterruptibly(20, TimeUnit.SECONDS)).isTrue();
    List<Multiaddr> bootstrap =
        hosts.isEmpty() ? List.of() : List.of(address(hosts.get(0)).withPeerId(peer(0)));
    hosts.add(host);
    KademliaNode node =
        KademliaNode.start(
            host,
            KademliaSettings.local("/test", bootstrap),
            InstantSource.system(),
            new SplittableRandom(number),
            disk);
    nodes.add(node);
    return node;
  }

  private static Multiaddr address(Host host) {
    return host.listenAddresses().iterator().next();
  }

  private PeerId peer(int index) {
    return hosts.get(index).peerId();
  }

  private Dht dht(int index) {
    return nodes.get(index).dht();
  }

  private static int peers(KademliaNode node) {
    return node.peers().orTimeout(20, TimeUnit.SECONDS).join().size();
  }

  @Test
  void members_thatAnnounceARegion_areFoundThereAndNowhereElse() {
    new DhtDirectory(dht(1)).announce(TestMembers.EU);
    new DhtDirectory(dht(2)).announce(TestMembers.EU);
    DhtDirectory newcomer = new DhtDirectory(dht(5));
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () ->
                assertThat(membersOf(newcomer, TestMembers.EU))
                    .containsExactlyInAnyOrder(
                        new Contact(peer(1), List.of(address(hosts.get(1)))),
                        new Contact(peer(2), List.of(address(hosts.get(2))))));
    assertThat(membersOf(newcomer, new Region("asia"))).isEmpty();
  }

  private static List<Contact> membersOf(DhtDirectory directory, Region region) {
    CompletableFuture<List<Contact>> found = new CompletableFuture<>();
    directory.find(region, found::complete);
    return found.orTimeout(30, TimeUnit.SECONDS).join();
  }

  @Test
  void provider_isFound_andFoundAgainWhereItHasMoved() throws IOException {
    FragmentHash fragment = TestMembers.fragment(new SplittableRandom(5));
    PeerId provider = peer(2);
    Multiaddr before = address(hosts.get(2));
    assertThat(
            dht(2)
                .provide(ProviderFinder.keyOf(fragment))
                .result()
                .orTimeout(30, TimeUnit.SECONDS)
                .join())
        .isPositive();
    ProviderFinder finder = new ProviderFinder(dht(5));
    assertThat(providersOf(finder, fragment))
        .containsExactly(new Contact(provider, List.of(before)));

    nodes.get(2).close();
    hosts.get(2).close();
    start(2);
    Multiaddr after = address(hosts.get(NODES));
    assertThat(after).isNotEqualTo(before);
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () -> {
              CompletableFuture<Optional<Contact>> found = new CompletableFuture<>();
              finder.findAgain(provider, found::complete);
              assertThat(found.orTimeout(30, TimeUnit.SECONDS).join())
                  .hasValueSatisfying(now -> assertThat(now.addresses()).contains(after));
            });
  }

  private static List<Contact> providersOf(ProviderFinder finder, FragmentHash fragment) {
    List<Contact> found = new ArrayList<>();
    CompletableFuture<List<Contact>> done = new CompletableFuture<>();
    finder.find(
        fragment,
        8,
        new SourceFinder.Listener() {
          @Override
          public void onFound(Contact peer, Optional<SignedRecord> record) {
            found.add(peer);
          }

          @Override
          public void onDone() {
            done.complete(List.copyOf(found));
          }
        });
    return done.orTimeout(30, TimeUnit.SECONDS).join();
  }
}
