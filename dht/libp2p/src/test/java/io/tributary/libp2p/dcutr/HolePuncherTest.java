package io.tributary.libp2p.dcutr;

import static io.tributary.libp2p.TestHosts.await;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.util.concurrent.Future;
import io.tributary.libp2p.Connection;
import io.tributary.libp2p.DialException;
import io.tributary.libp2p.Host;
import io.tributary.libp2p.HostBuilder;
import io.tributary.libp2p.Stream;
import io.tributary.libp2p.TestHosts;
import io.tributary.libp2p.TestProtocols;
import io.tributary.libp2p.dcutr.HolePuncher.Rates;
import io.tributary.libp2p.limits.IpPrefix;
import io.tributary.libp2p.limits.PublicNetworks;
import io.tributary.libp2p.limits.Rate;
import io.tributary.libp2p.multiformats.Multiaddr;
import io.tributary.libp2p.relay.CircuitLimit;
import io.tributary.libp2p.relay.RelayClient;
import io.tributary.libp2p.relay.RelayLimits;
import io.tributary.libp2p.relay.RelayServer;
import io.tributary.libp2p.security.noise.NoiseProtocol;
import io.tributary.libp2p.stream.BlockingStream;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Punching on loopback, where no NAT is in the way; the laboratory has some. */
class HolePuncherTest {
  private static final Duration WAIT = Duration.ofSeconds(20);
  private static final PublicNetworks LOOPBACK_IS_PUBLIC =
      new PublicNetworks(List.of(IpPrefix.parse("127.0.0.0/8")));

  /** Patient on a busy machine, and without the dial that would do on loopback. */
  private static final PunchOptions PUNCH_ONLY =
      new PunchOptions(3, Duration.ofSeconds(6), Duration.ofSeconds(10), Duration.ZERO, 4);

  private static final Rate PLENTY = new Rate(100, 100);

  /** One, and no other within hours. */
  private static final Rate ONE = new Rate(1e-6, 1);

  private final TestHosts hosts = new TestHosts();
  private Host relay;

  @BeforeEach
  void startRelay() {
    relay = host(builder -> builder.listen(TestHosts.LOOPBACK));
    new RelayServer(
            relay,
            RelayLimits.defaults().withCircuit(new CircuitLimit(Duration.ofMinutes(5), 1 << 20)))
        .open();
  }

  @AfterEach
  void stop() {
    hosts.close();
  }

  private Host host(UnaryOperator<HostBuilder> customize) {
    return hosts.start(NoiseProtocol::new, customize);
  }

  /** A host with the use of relays and what it reports. */
  private record Peer(Host host, BlockingQueue<PunchReport> reports) {
    PunchReport report() throws InterruptedException {
      PunchReport report = reports.poll(WAIT.toSeconds() * 2, TimeUnit.SECONDS);
      assertThat(report).isNotNull();
      return report;
    }
  }

  private Peer peer(PublicNetworks networks, String... listen) {
    Host host =
        host(
            builder -> {
              List.of(listen).forEach(each -> builder.listen(Multiaddr.parse(each)));
              return builder.publicNetworks(networks);
            });
    new RelayClient(host);
    new TestProtocols(host);
    return new Peer(host, new LinkedBlockingQueue<>());
  }

  private static HolePuncher puncher(Peer peer, PunchOptions options) {
    return new HolePuncher(peer.host, options, peer.reports::add);
  }

  private Multiaddr circuit() {
    return Multiaddr.parse(TestHosts.addressOf(relay) + "/p2p-circuit");
  }

  /** A connection of one peer to another over the relay, where the other then listens. */
  private Connection meet(Peer from, Peer to) {
    await(to.host.listen(circuit()));
    return await(from.host.connect(circuit().withPeerId(to.host.peerId())));
  }

  private static final String TCP = "/ip4/127.0.0.1/tcp/0";
  private static final String QUIC = "/ip4/127.0.0.1/udp/0/quic-v1";

  @ParameterizedTest
  @ValueSource(strings = {TCP, QUIC})
  void relayedConnection_isFollowedByADirectOne_thatNewStreamsTake(String listen) throws Exception {
    Peer guest = peer(LOOPBACK_IS_PUBLIC, listen);
    Peer home = peer(LOOPBACK_IS_PUBLIC, listen);
    puncher(guest, PUNCH_ONLY);
    HolePuncher puncher = puncher(home, PUNCH_ONLY);

    Connection lent = meet(guest, home);

    PunchReport begun = home.report();
    assertThat(begun.result()).isEqualTo(PunchResult.PUNCHED);
    assertThat(begun.isInitiative()).isTrue();
    PunchReport answered = guest.report();
    assertThat(answered.result()).isEqualTo(PunchResult.PUNCHED);
    assertThat(answered.isInitiative()).isFalse();
    assertThat(answered.address().orElseThrow().protocols())
        .isEqualTo(Multiaddr.parse(listen).protocols());
    assertThat(lent.isOpen()).isTrue();
    Connection direct = guest.host.connection(home.host.peerId()).orElseThrow();
    assertThat(direct.isLimited()).isFalse();
    try (BlockingStream echo =
        new BlockingStream(await(direct.newStream(TestProtocols.ECHO)), WAIT)) {
      echo.output().write("directly".getBytes(UTF_8));
      echo.output().close();
      assertThat(echo.input().readAllBytes()).isEqualTo("directly".getBytes(UTF_8));
    }
    Awaitility.await().atMost(WAIT).until(() -> puncher.underWay() == 0);
  }

  @Test
  void connectionMadeByAPunch_isWhatOneWaitsForThatWantsADirectOne() {
    Peer guest = peer(LOOPBACK_IS_PUBLIC, TCP);
    Peer home = peer(LOOPBACK_IS_PUBLIC, TCP);
    puncher(guest, PUNCH_ONLY);
    puncher(home, PUNCH_ONLY);
    await(home.host.listen(circuit()));

    Connection direct =
        await(
            guest.host.connectDirectly(
                home.host.peerId(), List.of(circuit().withPeerId(home.host.peerId())), WAIT));

    assertThat(direct.isLimited()).isFalse();
    assertThat(guest.host.connections()).anyMatch(Connection::isLimited);
    assertThat(await(guest.host.connectDirectly(home.host.peerId(), List.of(), WAIT)))
        .isSameAs(direct);
  }

  @Test
  void withoutAPunch_whoWantsADirectConnection_isToldThatThereIsARelayOnly() {
    Peer guest = peer(LOOPBACK_IS_PUBLIC, TCP);
    Peer home = peer(LOOPBACK_IS_PUBLIC, TCP);
    await(home.host.listen(circuit()));
    List<Multiaddr> byRelay = List.of(circuit().withPeerId(home.host.peerId()));

    // Neither at first nor once there is a relayed connection.
    for (int i = 0; i < 2; i++) {
      Future<Connection> direct =
          guest
              .host
              .connectDirectly(home.host.peerId(), byRelay, Duration.ofMillis(300))
              .awaitUninterruptibly();
      assertThat(direct.cause())
          .isInstanceOfSatisfying(
              DialException.class,
              e -> assertThat(e.reason()).isEqualTo(DialException.Reason.RELAYED_ONLY));
      // So that the second time nothing else can be tried.
      Connection lent = guest.host.connection(home.host.peerId()).orElseThrow();
      Awaitility.await().atMost(WAIT).until(() -> lent.peerInfo().isPresent());
      guest.host.addressBook().remove(home.host.peerId());
    }
    assertThat(guest.host.connection(home.host.peerId()).orElseThrow().isLimited()).isTrue();
  }

  @Test
  void fewWords_goOverTheRelay_untilItHasCarriedItsShare() throws Exception {
    Peer guest = peer(LOOPBACK_IS_PUBLIC, TCP);
    Peer home =
        new Peer(
            host(builder -> builder.listen(Multiaddr.parse(TCP)).lentBytes(8 << 10)),
            new LinkedBlockingQueue<>());
    new RelayClient(home.host);
    home.host.handle("/words/1", stream -> stream::write, true);
    home.host.handle("/bulk/1", stream -> stream::write);
    await(home.host.listen(circuit()));
    List<Multiaddr> byRelay = List.of(circuit().withPeerId(home.host.peerId()));

    assertThat(say(guest, home, byRelay, "/words/1", 100)).isTrue();
    assertThat(say(guest, home, byRelay, "/bulk/1", 100)).isFalse();
    assertThat(say(guest, home, byRelay, "/words/1", 9 << 10)).isTrue();
    assertThat(say(guest, home, byRelay, "/words/1", 100)).as("the share is used up").isFalse();
  }

  /** Whether an echo comes back. */
  private static boolean say(
      Peer from, Peer to, List<Multiaddr> addresses, String protocol, int bytes) {
    byte[] words = new byte[bytes];
    Future<Stream> opened =
        from.host
            .newControlStream(to.host.peerId(), addresses, List.of(protocol))
            .awaitUninterruptibly();
    if (!opened.isSuccess()) {
      return false;
    }
    try (BlockingStream talk = new BlockingStream(opened.getNow(), WAIT)) {
      talk.output().write(words);
      return talk.input().readNBytes(bytes).length == bytes;
    } catch (IOException e) {
      return false;
    }
  }

  @Test
  void peerThatCanBeDialled_isDialled() throws Exception {
    Peer guest = peer(LOOPBACK_IS_PUBLIC, TCP);
    Peer home = peer(LOOPBACK_IS_PUBLIC, TCP);
    puncher(home, PunchOptions.defaults());

    meet(guest, home);

    PunchReport report = home.report();
    assertThat(report.result()).isEqualTo(PunchResult.DIALLED);
    assertThat(report.attempts()).isZero();
  }

  @Test
  void withoutAddressSeenFromOutside_theRelayHasToDo() throws Exception {
    Peer guest = peer(PublicNetworks.INTERNET, TCP);
    Peer home = peer(PublicNetworks.INTERNET, TCP);
    puncher(guest, PUNCH_ONLY);
    puncher(home, PUNCH_ONLY);

    Connection lent = meet(guest, home);

    assertThat(home.report().result()).isEqualTo(PunchResult.NO_OWN_ADDRESS);
    assertThat(lent.isOpen()).isTrue();
  }

  @Test
  void peerWithoutTheProtocol_isLeftAlone() throws Exception {
    Peer guest = peer(LOOPBACK_IS_PUBLIC, TCP);
    Peer home = peer(LOOPBACK_IS_PUBLIC, TCP);
    puncher(home, PUNCH_ONLY);

    meet(guest, home);

    assertThat(home.report().result()).isEqualTo(PunchResult.UNSUPPORTED);
  }

  @Test
  void peerThatNeverAnswers_isGivenUp() throws Exception {
    Peer guest = peer(LOOPBACK_IS_PUBLIC, TCP);
    Peer home = peer(LOOPBACK_IS_PUBLIC, TCP);
    guest.host.handle(HolePunchMessage.PROTOCOL_ID, stream -> ByteBuf::release, true);
    HolePuncher puncher =
        puncher(
            home,
            new PunchOptions(3, Duration.ofSeconds(6), Duration.ofMillis(500), Duration.ZERO, 4));

    meet(guest, home);

    assertThat(home.report().result()).isEqualTo(PunchResult.NO_ANSWER);
    assertThat(puncher.underWay()).isZero();
  }

  @Test
  void peerThatNeverSaysSync_isGivenUp() throws Exception {
    Peer guest = peer(LOOPBACK_IS_PUBLIC, TCP);
    Peer home = peer(LOOPBACK_IS_PUBLIC, TCP);
    HolePuncher puncher =
        puncher(
            guest,
            new PunchOptions(3, Duration.ofSeconds(6), Duration.ofMillis(500), Duration.ZERO, 4));
    meet(guest, home);
    Awaitility.await()
        .atMost(WAIT)
        .until(() -> home.host.connection(guest.host.peerId()).isPresent());
    Connection lent = home.host.connection(guest.host.peerId()).orElseThrow();

    try (BlockingStream talk =
        new BlockingStream(
            await(lent.newStreamOnLimited(List.of(HolePunchMessage.PROTOCOL_ID))), WAIT)) {
      byte[] connect =
          new HolePunchMessage(
                  HolePunchMessage.Type.CONNECT, List.of(Multiaddr.parse("/ip4/127.0.0.1/tcp/9")))
              .toBytes();
      talk.output().write(connect.length);
      talk.output().write(connect);

      assertThat(guest.report().result()).isEqualTo(PunchResult.NO_ANSWER);
    }
    assertThat(puncher.underWay()).isZero();
    assertThat(lent.isOpen()).isTrue();
  }

  @Test
  void peersBeyondTheRate_areNotDialled_andKeepTheRelay() throws Exception {
    Peer home = peer(LOOPBACK_IS_PUBLIC, TCP);
    HolePuncher puncher =
        new HolePuncher(home.host, PUNCH_ONLY, new Rates(PLENTY, PLENTY, ONE), home.reports::add);
    Peer first = peer(LOOPBACK_IS_PUBLIC, TCP);
    Peer second = peer(LOOPBACK_IS_PUBLIC, TCP);
    puncher(first, PUNCH_ONLY);
    puncher(second, PUNCH_ONLY);
    meet(first, home);
    assertThat(home.report().result()).isEqualTo(PunchResult.PUNCHED);

    Connection lent = await(second.host.connect(circuit().withPeerId(home.host.peerId())));

    PunchReport report = home.report();
    assertThat(report.peer()).isEqualTo(second.host.peerId());
    assertThat(report.isInitiative()).isTrue();
    assertThat(report.result()).isEqualTo(PunchResult.TOO_MANY);
    assertThat(report.attempts()).isZero();
    assertThat(lent.isOpen()).isTrue();
    assertThat(home.host.connection(second.host.peerId()).orElseThrow().isLimited()).isTrue();
    assertThat(puncher.underWay()).isZero();
  }

  @Test
  void peerThatAsksTooOften_isAnsweredNoMore() throws Exception {
    Peer guest = peer(LOOPBACK_IS_PUBLIC, TCP);
    Peer home = peer(LOOPBACK_IS_PUBLIC, TCP);
    new HolePuncher(guest.host, PUNCH_ONLY, new Rates(ONE, PLENTY, PLENTY), guest.reports::add);
    meet(guest, home);
    Awaitility.await()
        .atMost(WAIT)
        .until(() -> home.host.connection(guest.host.peerId()).isPresent());
    Connection lent = home.host.connection(guest.host.peerId()).orElseThrow();

    assertThat(isAnswered(lent)).isTrue();
    assertThat(isAnswered(lent)).isFalse();
    assertThat(lent.isOpen()).isTrue();
  }

  /** Whether a question where to dial gets an answer. */
  private static boolean isAnswered(Connection lent) {
    try (BlockingStream talk =
        new BlockingStream(
            await(lent.newStreamOnLimited(List.of(HolePunchMessage.PROTOCOL_ID))), WAIT)) {
      byte[] connect =
          new HolePunchMessage(
                  HolePunchMessage.Type.CONNECT, List.of(Multiaddr.parse("/ip4/127.0.0.1/tcp/9")))
              .toBytes();
      talk.output().write(connect.length);
      talk.output().write(connect);
      return talk.input().read() > 0;
    } catch (IOException e) {
      return false;
    }
  }

  @Test
  void peersThatCannotMeet_keepTheRelay_afterAllAttempts() throws Exception {
    Peer guest = peer(LOOPBACK_IS_PUBLIC, TCP);
    Peer home = peer(LOOPBACK_IS_PUBLIC, TCP);
    // It answers as it should, and names a place where nobody listens.
    guest.host.handle(
        HolePunchMessage.PROTOCOL_ID,
        stream -> {
          byte[] connect =
              new HolePunchMessage(
                      HolePunchMessage.Type.CONNECT,
                      List.of(Multiaddr.parse("/ip4/127.0.0.1/tcp/9")))
                  .toBytes();
          stream.write(Unpooled.buffer().writeByte(connect.length).writeBytes(connect));
          return ByteBuf::release;
        },
        true);
    puncher(
        home,
        new PunchOptions(2, Duration.ofMillis(500), Duration.ofSeconds(10), Duration.ZERO, 4));

    Connection lent = meet(guest, home);

    PunchReport report = home.report();
    assertThat(report.result()).isEqualTo(PunchResult.NOT_MET);
    assertThat(report.attempts()).isEqualTo(2);
    assertThat(lent.isOpen()).isTrue();
  }
}
