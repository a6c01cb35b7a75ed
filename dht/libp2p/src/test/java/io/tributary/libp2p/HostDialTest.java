package io.tributary.libp2p;

import static io.tributary.libp2p.TestHosts.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.util.concurrent.Future;
import io.tributary.libp2p.dial.DialBackoff;
import io.tributary.libp2p.dial.NameResolver;
import io.tributary.libp2p.dial.RaceLostException;
import io.tributary.libp2p.identity.PrivateKey;
import io.tributary.libp2p.multiformats.Multiaddr;
import io.tributary.libp2p.multiformats.PeerId;
import io.tributary.libp2p.security.SecurityProtocol;
import io.tributary.libp2p.security.noise.NoiseProtocol;
import io.tributary.libp2p.security.tls.TlsProtocol;
import io.tributary.libp2p.transport.IoEngine;
import io.tributary.libp2p.upgrade.UpgradeException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Dialling over real sockets. */
class HostDialTest {
  private static final Duration HEAD_START = Duration.ofMillis(100);
  private static final Duration FOR_LONG = Duration.ofDays(1);
  private static final Duration GRACE = Duration.ofMillis(200);
  private static final HostTimes TIMES =
      new HostTimes(
          Duration.ofSeconds(10),
          Duration.ofSeconds(10),
          Duration.ofSeconds(15),
          HEAD_START,
          GRACE,
          Duration.ofSeconds(20));

  private final TestHosts hosts = new TestHosts();
  private final List<ServerSocket> sockets = new ArrayList<>();
  private final AtomicReference<Instant> now = new AtomicReference<>(Instant.now());

  @AfterEach
  void stop() throws IOException {
    hosts.close();
    for (ServerSocket each : sockets) {
      each.close();
    }
  }

  static java.util.stream.Stream<Function<PrivateKey, SecurityProtocol>> securities() {
    return java.util.stream.Stream.of(TlsProtocol::new, NoiseProtocol::new);
  }

  private Host host() {
    return hosts.start(
        TlsProtocol::new, builder -> builder.listen(TestHosts.LOOPBACK).times(TIMES));
  }

  /** A host that only dials, and what it dials with. */
  private record Dialling(Host host, GatedTransport transport) {}

  private Dialling dialling(HostTimes times) {
    List<GatedTransport> made = new CopyOnWriteArrayList<>();
    Host host =
        hosts.start(
            TlsProtocol::new,
            builder ->
                builder
                    .times(times)
                    .clock(now::get)
                    .transport(
                        io -> {
                          made.add(new GatedTransport(io));
                          return made.get(0);
                        }));
    return new Dialling(host, made.get(0));
  }

  /** An address at which connections are taken and nothing is ever said. */
  private ServerSocket silent() throws IOException {
    ServerSocket socket = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
    sockets.add(socket);
    return socket;
  }

  private static Multiaddr addressOf(ServerSocket socket) {
    return Multiaddr.parse("/ip4/127.0.0.1/tcp/" + socket.getLocalPort());
  }

  /** An address at which nobody listens. */
  private static Multiaddr closed() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return addressOf(socket);
    }
  }

  private static Multiaddr plain(Host host) {
    return host.listenAddresses().iterator().next();
  }

  private static DialException failure(Future<Connection> dialling) {
    assertThat(dialling.awaitUninterruptibly(20, TimeUnit.SECONDS)).isTrue();
    assertThat(dialling.cause()).isInstanceOf(DialException.class);
    return (DialException) dialling.cause();
  }

  // Happy eyeballs

  @Test
  void addressThatHangs_losesToTheNext_andLeavesNoSocket() throws IOException {
    Host server = host();
    Dialling client = dialling(TIMES);
    ServerSocket silent = silent();

    Connection connection =
        await(client.host.connect(server.peerId(), List.of(addressOf(silent), plain(server))));

    assertThat(connection.remoteAddress()).isEqualTo(plain(server));
    assertThat(client.transport.dials).hasSize(2);
    try (Socket loser = silent.accept()) {
      loser.setSoTimeout(10_000);
      loser.getInputStream().readAllBytes(); // to its end, which comes when the dialler closes
    }
    Awaitility.await()
        .until(() -> client.transport.channels.stream().filter(each -> each.isOpen()).count() == 1);
  }

  @Test
  void addressThatFails_isFollowedByTheNextAtOnce() throws IOException {
    HostTimes patient =
        new HostTimes(
            TIMES.upgradeNegotiation(),
            TIMES.streamNegotiation(),
            TIMES.dial(),
            Duration.ofMinutes(1),
            GRACE,
            TIMES.trimGrace());
    Host server = host();
    Dialling client = dialling(patient);

    Connection connection =
        await(client.host.connect(server.peerId(), List.of(closed(), plain(server))));

    assertThat(connection.remoteAddress()).isEqualTo(plain(server));
  }

  @Test
  void firstAddressThatAnswers_isTheOnlyOneDialled() throws IOException {
    Host server = host();
    Dialling client =
        dialling(
            new HostTimes(
                TIMES.upgradeNegotiation(),
                TIMES.streamNegotiation(),
                TIMES.dial(),
                TIMES.dial(),
                GRACE,
                TIMES.trimGrace()));
    await(client.host.connect(server.peerId(), List.of(plain(server), closed())));
    assertThat(client.transport.dials).hasSize(1);
  }

  @Test
  void allAddressesFail_eachSaysWhy() throws IOException {
    Host other = host();
    PeerId wanted = PrivateKey.ofEd25519Seed(new byte[32]).peerId();
    Multiaddr closed = closed();

    DialException failure =
        failure(dialling(TIMES).host.connect(wanted, List.of(closed, plain(other))));

    assertThat(failure.reason()).isEqualTo(DialException.Reason.ALL_FAILED);
    assertThat(failure.getCause())
        .isInstanceOfSatisfying(
            RaceLostException.class,
            lost -> {
              assertThat(lost.failures()).containsOnlyKeys(closed, plain(other));
              assertThat(lost.failures().get(plain(other)))
                  .isInstanceOfSatisfying(
                      UpgradeException.class,
                      e ->
                          assertThat(e.step()).isEqualTo(UpgradeException.Step.SECURITY_HANDSHAKE));
            });
    assertThat(other.connections()).isEmpty();
  }

  @Test
  void silentPeer_timesOut() throws IOException {
    HostTimes quick =
        new HostTimes(
            TIMES.upgradeNegotiation(),
            TIMES.streamNegotiation(),
            Duration.ofMillis(300),
            HEAD_START,
            GRACE,
            TIMES.trimGrace());
    PeerId wanted = PrivateKey.ofEd25519Seed(new byte[32]).peerId();
    Dialling client = dialling(quick);

    DialException failure = failure(client.host.connect(wanted, List.of(addressOf(silent()))));

    assertThat(failure.reason()).isEqualTo(DialException.Reason.TIMEOUT);
    Awaitility.await()
        .until(() -> client.transport.channels.stream().noneMatch(each -> each.isOpen()));
  }

  @Test
  void oneself_strangers_andNobody_areRefusedByName() {
    Host host = dialling(TIMES).host;
    PeerId peer = PrivateKey.ofEd25519Seed(new byte[32]).peerId();
    assertThat(failure(host.connect(host.peerId(), List.of())).reason())
        .isEqualTo(DialException.Reason.SELF);
    assertThat(failure(host.connect(peer, List.of())).reason())
        .isEqualTo(DialException.Reason.NO_ADDRESS);
    Multiaddr foreign = Multiaddr.parse("/ip4/127.0.0.1/tcp/1/ws");
    assertThat(failure(host.connect(peer, List.of(foreign))).reason())
        .isEqualTo(DialException.Reason.NO_TRANSPORT);
    host.access().deny(peer);
    assertThat(failure(host.connect(peer, List.of())).reason())
        .isEqualTo(DialException.Reason.DENIED);
  }

  @Test
  void names_areResolvedFirst() {
    Host server = host();
    Host client =
        hosts.start(
            TlsProtocol::new, builder -> builder.resolver(io -> new OneName(io, plain(server))));
    Multiaddr named = Multiaddr.parse("/dns4/peer.test/tcp/1").withPeerId(server.peerId());

    assertThat(await(client.connect(named)).remoteAddress()).isEqualTo(plain(server));
  }

  private record OneName(IoEngine io, Multiaddr address) implements NameResolver {
    @Override
    public Future<List<Multiaddr>> resolve(Multiaddr name) {
      return io.group().next().newSucceededFuture(List.of(address));
    }

    @Override
    public void close() {}
  }

  // Reuse

  @Test
  void dialsOfOnePeerAtOnce_areOne() {
    Host server = host();
    Dialling client = dialling(TIMES);
    List<Future<Connection>> dials = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      dials.add(client.host.connect(TestHosts.addressOf(server)));
    }
    assertThat(dials.stream().map(TestHosts::await).distinct()).hasSize(1);
    assertThat(client.transport.dials).hasSize(1);
  }

  @Test
  void connectionThatIsThere_isUsedAgain_byEitherSide() {
    Host server = host();
    Host client = host();
    Connection there = TestHosts.connect(client, server);
    assertThat(TestHosts.connect(client, server)).isSameAs(there);

    Awaitility.await().until(() -> !server.connections().isEmpty());
    Connection back = await(server.connect(TestHosts.addressOf(client)));

    assertThat(back.direction()).isEqualTo(Direction.INBOUND);
    assertThat(server.connections()).hasSize(1);
    there.close();
    Awaitility.await().until(() -> client.connection(server.peerId()).isEmpty());
    assertThat(TestHosts.connect(client, server)).isNotSameAs(there);
  }

  /**
   * Both dial from the ports they listen on, so that TCP itself may make one connection of the two
   * dials, with two initiators; however it goes, one connection is left, and works.
   */
  @ParameterizedTest
  @MethodSource("securities")
  void hostsThatDialEachOtherAtOnce_endWithOneConnection(
      Function<PrivateKey, SecurityProtocol> security) {
    for (int round = 0; round < 10; round++) {
      Host one = hosts.start(security, builder -> builder.listen(TestHosts.LOOPBACK).times(TIMES));
      Host two = hosts.start(security, builder -> builder.listen(TestHosts.LOOPBACK).times(TIMES));
      TestProtocols echo = new TestProtocols(one);
      assertThat(echo.held).isEmpty();
      Future<Connection> there = one.connect(TestHosts.addressOf(two));
      Future<Connection> back = two.connect(TestHosts.addressOf(one));
      await(there);
      await(back);

      Awaitility.await()
          .atMost(Duration.ofSeconds(10))
          .until(() -> one.connections().size() == 1 && two.connections().size() == 1);
      Connection left = two.connections().get(0);
      assertThat(await(left.newStream(TestProtocols.ECHO)).protocol())
          .isEqualTo(TestProtocols.ECHO);
      one.close();
      two.close();
    }
  }

  // The port a dial comes from

  @Test
  void listeningHost_dialsFromItsListenPort() {
    Host server = host();
    Host client = host();
    TestHosts.connect(client, server);

    Awaitility.await().until(() -> !server.connections().isEmpty());
    assertThat(server.connections().get(0).remoteAddress()).isEqualTo(plain(client));
  }

  /** The port pair of a connection that has ended lingers; a dial must not wait for that. */
  @Test
  void listenPortThatIsTaken_isReplacedByAnother() {
    Host server = host();
    Host client = host();
    for (int i = 0; i < 3; i++) {
      TestHosts.connect(client, server).close();
      Awaitility.await()
          .until(() -> client.connections().isEmpty() && server.connections().isEmpty());
    }
  }

  // Back-off

  @Test
  void addressOfTheBookThatFailed_isLeftAloneForAWhile() throws IOException {
    Dialling client = dialling(TIMES);
    PeerId peer = PrivateKey.ofEd25519Seed(new byte[32]).peerId();
    client.host.addressBook().add(peer, List.of(closed()), FOR_LONG);

    assertThat(failure(client.host.connect(peer, List.of())).reason())
        .isEqualTo(DialException.Reason.ALL_FAILED);
    assertThat(failure(client.host.connect(peer, List.of())).reason())
        .isEqualTo(DialException.Reason.BACKING_OFF);
    assertThat(client.transport.dials).hasSize(1);

    now.updateAndGet(instant -> instant.plus(DialBackoff.FIRST));
    assertThat(failure(client.host.connect(peer, List.of())).reason())
        .isEqualTo(DialException.Reason.ALL_FAILED);
    assertThat(client.transport.dials).hasSize(2);
  }

  @Test
  void addressTheCallerGives_isAlwaysTried() throws IOException {
    Dialling client = dialling(TIMES);
    PeerId peer = PrivateKey.ofEd25519Seed(new byte[32]).peerId();
    Collection<Multiaddr> given = List.of(closed());
    for (int i = 1; i <= 3; i++) {
      assertThat(failure(client.host.connect(peer, given)).reason())
          .isEqualTo(DialException.Reason.ALL_FAILED);
      assertThat(client.transport.dials).hasSize(i);
    }
  }

  @Test
  void peerThatHasNotAnswered_isReachedAtItsOtherAddress() throws IOException {
    Host server = host();
    Dialling client = dialling(TIMES);
    Multiaddr dead = closed();
    client.host.addressBook().add(server.peerId(), List.of(dead), FOR_LONG);
    failure(client.host.connect(server.peerId(), List.of()));

    client.host.addressBook().add(server.peerId(), List.of(plain(server)), FOR_LONG);
    await(client.host.connect(server.peerId(), List.of()));

    assertThat(client.transport.dials).hasSize(2);
  }
}
