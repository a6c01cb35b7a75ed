package io.tributary.kademlia.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.codec.dns.DnsRecordType;
import io.netty.resolver.dns.SingletonDnsServerAddressStreamProvider;
import io.tributary.kademlia.TestPeers;
import io.tributary.kademlia.message.Contact;
import io.tributary.libp2p.Host;
import io.tributary.libp2p.TestHosts;
import io.tributary.libp2p.dial.DnsResolver;
import io.tributary.libp2p.dial.DnsServer;
import io.tributary.libp2p.multiformats.Multiaddr;
import io.tributary.libp2p.multiformats.Multihash;
import io.tributary.libp2p.security.noise.NoiseProtocol;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Nodes whose bootstrap list is one name, which a name server on loopback knows. */
class DnsaddrBootstrapTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Multiaddr BOOTSTRAP = Multiaddr.parse("/dnsaddr/boot.test");

  @TempDir Path folder;

  private final TestHosts hosts = new TestHosts();
  private final DnsServer server = new DnsServer(hosts.io());
  private final ExecutorService disk = Executors.newSingleThreadExecutor();
  private final List<KademliaNode> nodes = new ArrayList<>();
  private final SplittableRandom random = new SplittableRandom(17);

  @AfterEach
  void stop() {
    nodes.forEach(KademliaNode::close);
    server.close();
    hosts.close();
    disk.shutdown();
  }

  private KademliaNode start(Host host, KademliaSettings settings) throws IOException {
    KademliaNode node =
        KademliaNode.start(host, settings, InstantSource.system(), random.split(), disk);
    nodes.add(node);
    return node;
  }

  /** A host that listens, and asks the test's server for names. */
  private Host resolving() {
    return hosts.start(
        NoiseProtocol::new,
        builder ->
            builder
                .listen(TestHosts.LOOPBACK)
                .resolver(
                    io ->
                        new DnsResolver(
                            io,
                            dns ->
                                dns.nameServerProvider(
                                    new SingletonDnsServerAddressStreamProvider(
                                        server.address())))));
  }

  private List<Host> network(int size) throws IOException {
    List<Host> members = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      Host host = hosts.listening(NoiseProtocol::new);
      List<Multiaddr> first =
          members.isEmpty() ? List.of() : List.of(TestHosts.addressOf(members.get(0)));
      start(host, KademliaSettings.local("/test", first));
      members.add(host);
    }
    return members;
  }

  private static String addressOf(Host host) {
    return TestHosts.addressOf(host).toString();
  }

  private static void awaitPeers(KademliaNode node, int atLeast) {
    Awaitility.await()
        .atMost(PATIENCE)
        .until(() -> result(node.peers()).size(), size -> size >= atLeast);
  }

  private static <T> T result(CompletableFuture<T> future) {
    return future.orTimeout(20, TimeUnit.SECONDS).join();
  }

  @Test
  void nestedName_leadsIntoTheNetwork_andAfterARestartNoNameIsNeeded() throws Exception {
    List<Host> members = network(4);
    server
        .dnsaddr("boot.test", "/dnsaddr/eu.boot.test", "/dnsaddr/nobody.test")
        .dnsaddr("eu.boot.test", "/dnsaddr/one.eu.boot.test")
        .dnsaddr("one.eu.boot.test", addressOf(members.get(0)));
    KademliaSettings settings = KademliaSettings.local("/test", List.of(BOOTSTRAP)).in(folder);
    KademliaNode first = start(resolving(), settings);
    awaitPeers(first, 4);
    assertThat(server.asked)
        .extracting(DnsServer.Question::name)
        .contains("_dnsaddr.boot.test", "_dnsaddr.eu.boot.test", "_dnsaddr.one.eu.boot.test");

    Multihash content = TestPeers.content(random);
    result(nodes.get(1).dht().provide(content).result());
    first.close();
    server.close();
    KademliaNode second = start(resolving(), settings);
    awaitPeers(second, 4);
    List<Contact> providers = new CopyOnWriteArrayList<>();
    assertThat(result(second.dht().findProviders(content, 1, providers::add).result()))
        .isEqualTo(1);
  }

  @Test
  void answerTooLongForADatagram_isAskedForByTcp() throws Exception {
    List<Host> members = network(2);
    server.maxAnswerBytes = 200;
    for (int i = 0; i < 4; i++) {
      server.txt("_dnsaddr.boot.test", "something else, and long enough to matter " + i);
    }
    server.dnsaddr("boot.test", addressOf(members.get(0)), addressOf(members.get(1)));
    KademliaNode node = start(resolving(), KademliaSettings.local("/test", List.of(BOOTSTRAP)));
    awaitPeers(node, 2);
    assertThat(server.askedByTcp)
        .contains(new DnsServer.Question(DnsRecordType.TXT, "_dnsaddr.boot.test"));
  }
}
