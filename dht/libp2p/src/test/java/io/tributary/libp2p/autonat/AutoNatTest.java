package io.tributary.libp2p.autonat;

import static io.tributary.libp2p.TestHosts.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.util.concurrent.Future;
import io.tributary.libp2p.Connection;
import io.tributary.libp2p.Host;
import io.tributary.libp2p.HostListener;
import io.tributary.libp2p.Stream;
import io.tributary.libp2p.TestHosts;
import io.tributary.libp2p.autonat.Reachability.Evidence;
import io.tributary.libp2p.autonat.Reachability.Verdict;
import io.tributary.libp2p.identity.PrivateKey;
import io.tributary.libp2p.limits.IpPrefix;
import io.tributary.libp2p.limits.PublicNetworks;
import io.tributary.libp2p.limits.Rate;
import io.tributary.libp2p.multiformats.AddressComponent;
import io.tributary.libp2p.multiformats.MalformedFormatException;
import io.tributary.libp2p.multiformats.Multiaddr;
import io.tributary.libp2p.multiformats.PeerId;
import io.tributary.libp2p.security.noise.NoiseProtocol;
import io.tributary.libp2p.stream.StreamReset;
import io.tributary.libp2p.time.EventLoopTimekeeper;
import io.tributary.libp2p.wire.MessageStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Dial-backs over real sockets, and what is made of them. */
class AutoNatTest {
  private static final Duration WAIT = Duration.ofSeconds(20);
  private static final PublicNetworks LOOPBACK_IS_PUBLIC =
      new PublicNetworks(List.of(IpPrefix.parse("127.0.0.0/8")));

  private final TestHosts hosts = new TestHosts();
  private final SecureRandom random = new SecureRandom();

  @AfterEach
  void stop() {
    hosts.close();
  }

  private Host host(String... listen) {
    return hosts.start(
        NoiseProtocol::new,
        builder -> {
          List.of(listen).forEach(each -> builder.listen(Multiaddr.parse(each)));
          return builder.publicNetworks(LOOPBACK_IS_PUBLIC);
        });
  }

  private Host host() {
    return host(TestHosts.LOOPBACK.toString());
  }

  private AutoNatServer server(Host host, AutoNatLimits limits) {
    AutoNatServer server = new AutoNatServer(host, limits, random);
    server.open();
    return server;
  }

  private AutoNatServer server(Host host) {
    return server(host, AutoNatLimits.defaults());
  }

  private AutoNatClient client(Host host) {
    return new AutoNatClient(host, random);
  }

  /**
   * The address of a host that has the IP address by which it is connected; or one that has not.
   */
  private static Multiaddr own(Host host, Connection connection, boolean same) {
    AddressComponent ip = connection.localAddress().components().get(0);
    return host.listenAddresses().stream()
        .filter(each -> each.components().get(0).equals(ip) == same)
        .findFirst()
        .orElseThrow();
  }

  private static Multiaddr addressOf(Host host) {
    return host.listenAddresses().iterator().next();
  }

  /** An address at which nobody listens. */
  private static Multiaddr closed() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return Multiaddr.parse("/ip4/127.0.0.1/tcp/" + socket.getLocalPort());
    }
  }

  // Version 2

  @Test
  void openAddress_isReached_fromAnotherPortAndByAStranger() {
    Host asker = host();
    Host helper = host();
    AutoNatServer server = server(helper);
    AutoNatClient client = client(asker);
    List<Connection> came = new CopyOnWriteArrayList<>();
    Connection connection = TestHosts.connect(asker, helper);
    asker.addListener(
        new HostListener() {
          @Override
          public void onConnected(Connection each) {
            came.add(each);
          }
        });

    Probe probe = await(client.ask(connection, List.of(addressOf(asker))));

    assertThat(probe)
        .isEqualTo(
            new Probe(
                helper.peerId(),
                2,
                Optional.of(addressOf(asker)),
                ProbeResult.REACHED,
                Optional.of(InetAddress.getLoopbackAddress())));
    assertThat(came).hasSize(1);
    assertThat(came.get(0).remotePeer()).isNotEqualTo(helper.peerId());
    assertThat(came.get(0).remoteAddress()).isNotEqualTo(addressOf(helper));
    assertThat(server.usage().paidBytes()).isZero();
    assertThat(server.usage().underWay()).isZero();
  }

  @Test
  void closedAddress_isNotReached() throws IOException {
    Host asker = host();
    Host helper = host();
    server(helper);
    Multiaddr closed = closed();

    Probe probe = await(client(asker).ask(TestHosts.connect(asker, helper), List.of(closed)));

    assertThat(probe.result()).isEqualTo(ProbeResult.NOT_REACHED);
    assertThat(probe.address()).contains(closed);
  }

  @Test
  void addressTheAskerIsNotSeenAt_isDialled_onceItHasPaid() {
    Host asker = host(TestHosts.LOOPBACK.toString(), "/ip4/127.0.0.3/tcp/0");
    Host helper = host();
    AutoNatServer server = server(helper);
    Connection connection = TestHosts.connect(asker, helper);
    Multiaddr other = own(asker, connection, false);

    Probe probe = await(client(asker).ask(connection, List.of(other)));

    assertThat(probe.result()).isEqualTo(ProbeResult.REACHED);
    assertThat(server.usage().paidBytes()).isBetween(30_000L, 104_096L);
  }

  @Test
  void victim_isNotDialled_forThoseWhoDoNotPay() throws Exception {
    Host attacker = host();
    Host helper = host();
    AutoNatServer server = server(helper);
    BlockingQueue<AutoNatMessage> answers = new LinkedBlockingQueue<>();
    try (ServerSocket victim = new ServerSocket(0, 8, InetAddress.getByName("127.0.0.9"))) {
      Stream stream =
          await(TestHosts.connect(attacker, helper).newStream(AutoNatMessage.PROTOCOL_ID));
      MessageStream talk =
          new MessageStream(stream, AutoNatMessage.MAX_BYTES, new Hearing(answers::add));
      stream.handler(talk);
      talk.send(
          AutoNatMessage.DialRequest.of(
                  List.of(Multiaddr.parse("/ip4/127.0.0.9/tcp/" + victim.getLocalPort())), 1)
              .toBytes());

      AutoNatMessage price = answers.poll(WAIT.toSeconds(), TimeUnit.SECONDS);
      assertThat(price).isInstanceOf(AutoNatMessage.DataRequest.class);
      talk.send(new AutoNatMessage.Data(4096).toBytes());
      stream.reset(0);

      Awaitility.await().atMost(WAIT).until(() -> server.usage().underWay() == 0);
      assertThat(server.usage().dialled()).isZero();
    }
  }

  @Test
  void whoAsksTooOften_isRefused() {
    Host asker = host();
    Host helper = host();
    Rate once = new Rate(1e-9, 1);
    AutoNatLimits some = AutoNatLimits.defaults();
    AutoNatServer server =
        server(
            helper,
            new AutoNatLimits(
                once,
                some.customer(),
                some.all(),
                some.maxAtOnce(),
                some.request(),
                some.dial(),
                some.dialBack(),
                some.minDataBytes(),
                some.maxDataBytes()));
    AutoNatClient client = client(asker);
    Connection connection = TestHosts.connect(asker, helper);

    assertThat(await(client.ask(connection, List.of(addressOf(asker)))).result())
        .isEqualTo(ProbeResult.REACHED);
    assertThat(await(client.ask(connection, List.of(addressOf(asker)))).result())
        .isEqualTo(ProbeResult.REFUSED);
    assertThat(await(client.askByVersion1(connection, List.of(addressOf(asker)))).result())
        .isEqualTo(ProbeResult.REFUSED);
    assertThat(server.usage().dialled()).isEqualTo(1);
    assertThat(server.usage().refused()).isEqualTo(2);
  }

  @Test
  void addressThatIsNotPublic_isNotDialled() {
    Host asker = host();
    Host helper = hosts.start(NoiseProtocol::new, builder -> builder.listen(TestHosts.LOOPBACK));
    AutoNatServer server = server(helper);

    Probe probe =
        await(client(asker).ask(TestHosts.connect(asker, helper), List.of(addressOf(asker))));

    assertThat(probe.result()).isEqualTo(ProbeResult.REFUSED);
    assertThat(server.usage().dialled()).isZero();
  }

  @Test
  void serverThatSaysOk_andNeverCame_isNotBelieved() {
    Host asker = host();
    Host liar = host();
    answering(liar, new AutoNatMessage.DialResponse(RequestStatus.OK, 0, DialStatus.OK));

    Probe probe =
        await(client(asker).ask(TestHosts.connect(asker, liar), List.of(addressOf(asker))));

    assertThat(probe.result()).isEqualTo(ProbeResult.LIE);
  }

  @Test
  void serverThatWantsTooMuch_getsNothing() {
    Host asker = host();
    Host greedy = host();
    answering(greedy, new AutoNatMessage.DataRequest(0, 10L << 30));

    Probe probe =
        await(client(asker).ask(TestHosts.connect(asker, greedy), List.of(addressOf(asker))));

    assertThat(probe.result()).isEqualTo(ProbeResult.TOO_EXPENSIVE);
  }

  @Test
  void serverThatAsksAgainAndAgain_getsNoMoreThanOneDialIsWorth() {
    Host asker = host();
    Host greedy = host();
    BlockingQueue<AutoNatMessage.Data> paid = new LinkedBlockingQueue<>();
    byte[] wish = new AutoNatMessage.DataRequest(0, 50_000).toBytes();
    AtomicLong owed = new AtomicLong();
    answering(
        greedy,
        (stream, talk, message) -> {
          if (message instanceof AutoNatMessage.Data data) {
            paid.add(data);
            owed.addAndGet(-data.bytes());
          }
          if (owed.get() <= 0) {
            owed.addAndGet(50_000);
            talk.send(wish);
          }
        });

    Probe probe =
        await(client(asker).ask(TestHosts.connect(asker, greedy), List.of(addressOf(asker))));

    assertThat(probe.result()).isEqualTo(ProbeResult.TOO_EXPENSIVE);
    assertThat(paid.stream().mapToInt(AutoNatMessage.Data::bytes).sum()).isEqualTo(100_000);
  }

  @Test
  void nonceOnTheConnectionThatWasThere_provesNothing() {
    Host asker = host();
    Host lazy = host();
    answering(
        lazy,
        (stream, talk, message) -> {
          if (message instanceof AutoNatMessage.DialRequest request) {
            pretend(stream.connection(), request.nonce(), talk);
          }
        });

    Probe probe =
        await(client(asker).ask(TestHosts.connect(asker, lazy), List.of(addressOf(asker))));

    assertThat(probe.result()).isEqualTo(ProbeResult.LIE);
    assertThat(probe.from()).isEmpty();
  }

  /** Says the nonce without having dialled, and that it was reached. */
  private static void pretend(Connection connection, long nonce, MessageStream talk) {
    connection
        .newStream(DialBackMessage.PROTOCOL_ID)
        .addListener(
            (Future<Stream> opened) -> {
              Stream stream = opened.getNow();
              MessageStream back =
                  new MessageStream(
                      stream,
                      DialBackMessage.MAX_BYTES,
                      new MessageStream.Listener() {
                        @Override
                        public void onMessage(ByteBuf message) {}

                        @Override
                        public void onMalformed(MalformedFormatException cause) {}

                        @Override
                        public void onNoMore(Optional<StreamReset> reset) {
                          talk.send(
                              new AutoNatMessage.DialResponse(RequestStatus.OK, 0, DialStatus.OK)
                                  .toBytes());
                        }
                      });
              stream.handler(back);
              back.send(new DialBackMessage(nonce).toBytes());
            });
  }

  private static void answering(Host host, AutoNatMessage answer) {
    answering(host, (stream, talk, message) -> talk.send(answer.toBytes()));
  }

  /** What a server of a test makes of a message. */
  private interface Answering {
    void onMessage(Stream stream, MessageStream talk, AutoNatMessage message);
  }

  private static void answering(Host host, Answering how) {
    host.handle(
        AutoNatMessage.PROTOCOL_ID,
        stream -> {
          AtomicReference<MessageStream> talk = new AtomicReference<>();
          MessageStream made =
              new MessageStream(
                  stream,
                  AutoNatMessage.MAX_BYTES,
                  new Hearing(
                      message ->
                          Optional.ofNullable(talk.get())
                              .ifPresent(each -> how.onMessage(stream, each, message))));
          talk.set(made);
          return made;
        });
  }

  /** Passes messages on and takes no notice of ends. */
  private record Hearing(Consumer<AutoNatMessage> to) implements MessageStream.Listener {
    @Override
    public void onMessage(ByteBuf message) {
      to.accept(AutoNatMessage.read(message));
    }

    @Override
    public void onMalformed(MalformedFormatException cause) {
      throw new AssertionError(cause);
    }

    @Override
    public void onNoMore(Optional<StreamReset> reset) {}
  }

  // Version 1

  @Test
  void olderPeer_isDialled_whereItIsSeenOnly() {
    Host asker = host(TestHosts.LOOPBACK.toString(), "/ip4/127.0.0.3/tcp/0");
    Host helper = host();
    AutoNatServer server = server(helper);
    AutoNatClient client = client(asker);
    Connection connection = TestHosts.connect(asker, helper);
    List<Multiaddr> addresses = List.copyOf(asker.listenAddresses());
    Multiaddr seen = own(asker, connection, true);

    assertThat(await(client.askByVersion1(connection, addresses)))
        .isEqualTo(
            new Probe(
                helper.peerId(), 1, Optional.of(seen), ProbeResult.REACHED, Optional.empty()));
    List<Multiaddr> others = addresses.stream().filter(each -> !each.equals(seen)).toList();
    assertThat(await(client.askByVersion1(connection, others)).result())
        .isEqualTo(ProbeResult.REFUSED);
    assertThat(server.usage().dialled()).isEqualTo(1);
  }

  // Verdicts

  private static Evidence evidence(String ip, int version, boolean reached, Instant at) {
    return evidence(ip, version, reached, DialOrigin.SAME_ADDRESS, at);
  }

  private static Evidence evidence(
      String ip, int version, boolean reached, DialOrigin origin, Instant at) {
    PeerId somebody = PrivateKey.generate(new SecureRandom()).peerId();
    return new Evidence(somebody, IpPrefix.parse(ip + "/16"), version, reached, origin, at);
  }

  @Test
  void verdict_needsSeveralNetworks_aMajority_andGrowsOld() {
    AtomicReference<Instant> now = new AtomicReference<>(Instant.EPOCH);
    Reachability known = new Reachability(now::get);
    Multiaddr address = Multiaddr.parse("/ip4/192.0.2.1/tcp/4001");
    assertThat(known.judge(address).verdict()).isEqualTo(Verdict.UNKNOWN);

    known.add(address, evidence("198.51.0.0", 2, true, Instant.EPOCH));
    known.add(address, evidence("198.51.0.0", 2, true, Instant.EPOCH));
    assertThat(known.judge(address).verdict()).isEqualTo(Verdict.UNKNOWN);
    known.add(address, evidence("203.0.0.0", 2, true, Instant.EPOCH.plusSeconds(60)));
    assertThat(known.judge(address).verdict()).isEqualTo(Verdict.REACHABLE);
    assertThat(known.judge(address).evidence()).hasSize(2);

    known.add(address, evidence("10.1.0.0", 1, false, Instant.EPOCH.plusSeconds(60)));
    known.add(address, evidence("10.2.0.0", 1, false, Instant.EPOCH.plusSeconds(60)));
    known.add(address, evidence("10.3.0.0", 1, false, Instant.EPOCH.plusSeconds(60)));
    assertThat(known.judge(address).verdict()).isEqualTo(Verdict.UNKNOWN);

    now.set(Instant.EPOCH.plus(Reachability.LIFE));
    assertThat(known.judge(address).verdict()).isEqualTo(Verdict.UNREACHABLE);
    now.set(Instant.EPOCH.plus(Reachability.LIFE).plusSeconds(60));
    assertThat(known.judge(address).verdict()).isEqualTo(Verdict.UNKNOWN);
  }

  @Test
  void addressThatStrangersDoNotReach_isForContactsOnly() {
    Reachability known = new Reachability(() -> Instant.EPOCH);
    Multiaddr address = Multiaddr.parse("/ip4/192.0.2.1/tcp/4001");
    known.add(address, evidence("198.51.0.0", 2, true, Instant.EPOCH));
    known.add(address, evidence("203.0.0.0", 2, true, Instant.EPOCH));
    known.add(address, evidence("10.1.0.0", 2, false, DialOrigin.OTHER_ADDRESS, Instant.EPOCH));
    assertThat(known.judge(address).verdict()).isEqualTo(Verdict.REACHABLE);

    known.add(address, evidence("10.2.0.0", 2, false, DialOrigin.OTHER_ADDRESS, Instant.EPOCH));
    assertThat(known.judge(address).verdict()).isEqualTo(Verdict.CONTACTED_ONLY);

    known.forget(address);
    assertThat(known.judge(address).verdict()).isEqualTo(Verdict.UNKNOWN);
  }

  /** What {@link AutoNat} has told last. */
  private static final class Told implements AutoNat.Listener {
    volatile Standing standing = Standing.UNKNOWN;
    volatile Set<Multiaddr> reachable = Set.of();

    @Override
    public void onChanged(Standing now, Set<Multiaddr> at) {
      reachable = at;
      standing = now;
    }
  }

  private Told watch(Host host) {
    Told told = new Told();
    new AutoNat(
            host,
            client(host),
            new AutoNat.Options(
                Duration.ofMillis(100), Duration.ofMinutes(15), Duration.ofMinutes(5)),
            new EventLoopTimekeeper(host.io().group().next(), host.clock()),
            told)
        .open();
    return told;
  }

  @Test
  void hostThatTwoNetworksReach_isPublic() {
    Host asker = host("/ip4/0.0.0.0/tcp/0");
    Host one = host("/ip4/127.0.0.2/tcp/0");
    Host two = host("/ip4/127.0.0.3/tcp/0");
    server(one);
    server(two);
    Told told = watch(asker);

    TestHosts.connect(asker, one);
    TestHosts.connect(asker, two);

    Awaitility.await().atMost(WAIT).until(() -> told.standing == Standing.PUBLIC);
    assertThat(told.reachable)
        .allSatisfy(each -> assertThat(each.toString()).contains("/ip4/127.0.0.1/tcp/"));
  }

  @Test
  void hostThatNobodyReaches_isPrivate() throws IOException {
    Host asker = host();
    asker.addAddress(closed());
    Host one = host("/ip4/127.0.0.2/tcp/0");
    Host two = host("/ip4/127.0.0.3/tcp/0");
    server(one);
    server(two);
    asker.access().deny(IpPrefix.parse("127.0.0.0/8"));
    Told told = watch(asker);

    TestHosts.connect(asker, one);
    TestHosts.connect(asker, two);

    Awaitility.await().atMost(WAIT).until(() -> told.standing == Standing.PRIVATE);
  }
}
