package io.tributary.region;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.util.concurrent.Future;
import io.tributary.content.FragmentHash;
import io.tributary.libp2p.Host;
import io.tributary.libp2p.Stream;
import io.tributary.libp2p.identity.PrivateKey;
import io.tributary.libp2p.multiformats.Multiaddr;
import io.tributary.libp2p.multiformats.Multihash;
import io.tributary.libp2p.security.noise.NoiseProtocol;
import io.tributary.libp2p.stream.StreamHandler;
import io.tributary.libp2p.stream.StreamReset;
import io.tributary.libp2p.time.EventLoopTimekeeper;
import io.tributary.libp2p.time.Timekeeper;
import io.tributary.libp2p.transport.IoEngine;
import io.tributary.region.gossip.Contact;
import io.tributary.region.gossip.GossipCodec;
import io.tributary.region.gossip.HostGossip;
import io.tributary.region.lookup.Homes;
import io.tributary.region.lookup.HomesClient;
import io.tributary.region.lookup.HomesException;
import io.tributary.region.lookup.HomesServer;
import io.tributary.region.membership.DhtDirectory;
import io.tributary.region.membership.Membership;
import io.tributary.region.membership.MembershipSettings;
import io.tributary.region.membership.RegionView;
import io.tributary.region.membership.Self;
import io.tributary.region.record.AddressScope;
import io.tributary.region.record.MemberKey;
import io.tributary.region.record.RecordRules;
import io.tributary.region.record.Refusal;
import io.tributary.region.record.SignedRecord;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A region of real hosts over loopback. */
class RegionOverHostsTest {
  private static final Region WEST = new Region("eu-west");
  private static final int NODES = 9;
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final IoEngine io = IoEngine.start(IoEngine.Kind.preferred(), 2);
  private final ExecutorService computing = Executors.newFixedThreadPool(2);
  private final Map<Multihash, List<io.tributary.kademlia.message.Contact>> dht =
      MemoryDht.shared();
  private final Map<Refusal, Integer> refusals = new ConcurrentHashMap<>();
  private final List<Node> nodes = new ArrayList<>();
  private final List<Host> hosts = new ArrayList<>();

  private final RegionMetrics metrics =
      new RegionMetrics() {
        @Override
        public void refused(Refusal reason) {
          refusals.merge(reason, 1, Integer::sum);
        }
      };

  private final RecordRules rules =
      new RecordRules(InstantSource.system(), AddressScope.LOCAL, metrics);

  private final class Node {
    final Host host;
    final Timekeeper time;
    final Membership membership;
    final RegionView view;
    final long key;

    Node(int number, Region region) {
      host = newHost(number);
      key = MemberKey.of(host.peerId());
      time = new EventLoopTimekeeper(io.group().next(), InstantSource.system());
      AtomicReference<Membership> receiver = new AtomicReference<>();
      HostGossip gossip =
          new HostGossip(
              host,
              time,
              new GossipCodec(rules),
              computing,
              metrics,
              (from, message) -> Objects.requireNonNull(receiver.get()).receive(from, message));
      List<Multiaddr> addresses = List.copyOf(host.listenAddresses());
      membership =
          new Membership(
              region,
              Optional.of(
                  new Self(
                      host.identity(),
                      region,
                      () -> TestMembers.offer((1L + number) << 40),
                      () -> addresses)),
              MembershipSettings.defaults().withRound(Duration.ofMillis(100)),
              gossip,
              new DhtDirectory(new MemoryDht(dht, host.peerId(), () -> addresses)),
              time,
              metrics,
              new SplittableRandom(number));
      receiver.set(membership);
      view = new RegionView(membership, record -> Long.MAX_VALUE, time, computing);
      gossip.start();
      new HomesServer(host, region, view::placement, metrics).start();
      membership.start();
    }

    /** Runs something on the membership's thread. */
    <T> T ask(Supplier<T> question) {
      CompletableFuture<T> answer = new CompletableFuture<>();
      time.execute(() -> answer.complete(question.get()));
      return answer.orTimeout(20, TimeUnit.SECONDS).join();
    }
  }

  private Host newHost(int number) {
    PrivateKey key = TestMembers.key(number);
    Host host =
        Host.builder(key)
            .io(io)
            .security(new NoiseProtocol(key))
            .listen(Multiaddr.parse("/ip4/127.0.0.1/tcp/0"))
            .build();
    hosts.add(host);
    assertThat(host.start().awaitUninterruptibly(20, TimeUnit.SECONDS)).isTrue();
    return host;
  }

  private void startNodes() {
    for (int i = 0; i < NODES; i++) {
      nodes.add(new Node(i, WEST));
    }
    await()
        .atMost(PATIENCE)
        .until(() -> nodes.stream().allMatch(node -> node.view.placement().size() == NODES));
  }

  @AfterEach
  void stop() {
    hosts.forEach(Host::close);
    io.close();
    computing.shutdownNow();
  }

  @Test
  void region_ofHosts_agreesAndAnswersAClient() throws Exception {
    startNodes();

    // Everybody computes the same homes.
    SplittableRandom random = new SplittableRandom(1);
    for (int i = 0; i < 50; i++) {
      FragmentHash fragment = TestMembers.fragment(random);
      assertThat(nodes)
          .extracting(node -> peers(node.view.placement().homes(fragment, 4)))
          .containsOnly(peers(nodes.get(0).view.placement().homes(fragment, 4)));
    }

    // A client that follows nothing learns them from a member and believes only signed records.
    Host client = newHost(500);
    HomesClient asking = new HomesClient(client, rules, computing);
    FragmentHash fragment = TestMembers.fragment(random);
    Node member = nodes.get(3);
    Contact contact = new Contact(member.host.peerId(), List.copyOf(member.host.listenAddresses()));
    Homes homes = asking.ask(contact, WEST, fragment, 5).get(20, TimeUnit.SECONDS);
    assertThat(homes.level()).isEqualTo(WEST);
    assertThat(peers(homes.records()))
        .isEqualTo(peers(nodes.get(8).view.placement().homes(fragment, 5)));
    assertThat(homes.records()).allMatch(home -> !home.record().addresses().isEmpty());
    assertThat(reasonOf(asking, contact, new Region("asia")))
        .isEqualTo(HomesException.Reason.OTHER_REGION);

    // A change reaches everybody, a farewell too.
    Node leaving = nodes.get(5);
    Flag left = new Flag();
    leaving.membership.leave(left::done);
    await().atMost(PATIENCE).until(left::isDone);
    await()
        .atMost(PATIENCE)
        .until(
            () ->
                nodes.stream()
                    .filter(node -> node != leaving)
                    .allMatch(node -> !node.ask(() -> node.membership.isMember(leaving.key))));

    // Bytes that are no gossip end their stream and nothing else.
    Host hostile = newHost(501);
    Flag ended = new Flag();
    hostile
        .newStream(contact.peer(), contact.addresses(), List.of(GossipCodec.PROTOCOL))
        .addListener((Future<Stream> opened) -> sendNonsense(opened.getNow(), ended));
    await().atMost(PATIENCE).until(ended::isDone);
    await().atMost(PATIENCE).until(() -> refusals.containsKey(Refusal.MALFORMED));
    assertThat(asking.ask(contact, WEST, fragment, 5).get(20, TimeUnit.SECONDS).records())
        .hasSize(5);
    assertThat(refusals).doesNotContainKeys(Refusal.PEER_BUDGET, Refusal.WRONG_SIGNATURE);
  }

  @Test
  void peer_withManyGossipStreams_isGivenTwo() {
    Node node = new Node(0, WEST);
    Host greedy = newHost(502);
    List<Flag> ended = new ArrayList<>();
    for (int i = 0; i < HostGossip.MAX_INBOUND + 3; i++) {
      Flag flag = new Flag();
      ended.add(flag);
      greedy
          .newStream(node.host.peerId(), node.host.listenAddresses(), List.of(GossipCodec.PROTOCOL))
          .addListener((Future<Stream> opened) -> listen(opened.getNow(), flag));
    }
    await().atMost(PATIENCE).until(() -> Objects.equals(refusals.get(Refusal.PEER_BUDGET), 3));
    await().atMost(PATIENCE).until(() -> ended.stream().filter(Flag::isDone).count() == 3);
  }

  private static void sendNonsense(Stream stream, Flag ended) {
    listen(stream, ended);
    stream.write(Unpooled.copiedBuffer(new byte[] {3, (byte) 0xff, (byte) 0xff, (byte) 0xff}));
  }

  private static void listen(Stream stream, Flag ended) {
    stream.handler(
        new StreamHandler() {
          @Override
          public void onData(ByteBuf data) {
            data.release();
          }

          @Override
          public void onReset(StreamReset reset) {
            ended.done();
          }
        });
  }

  private static HomesException.Reason reasonOf(HomesClient client, Contact member, Region region)
      throws Exception {
    try {
      client
          .ask(member, region, TestMembers.fragment(new SplittableRandom(2)), 5)
          .get(20, TimeUnit.SECONDS);
      throw new AssertionError("answered");
    } catch (ExecutionException e) {
      return ((HomesException) Objects.requireNonNull(e.getCause())).reason();
    }
  }

  private static List<Long> peers(List<SignedRecord> records) {
    return records.stream().map(SignedRecord::key).toList();
  }

  private static final class Flag {
    private volatile boolean done;

    void done() {
      done = true;
    }

    boolean isDone() {
      return done;
    }
  }
}
