package io.tributary.libp2p.relay;

import static io.tributary.libp2p.TestHosts.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.util.concurrent.Future;
import io.tributary.libp2p.Connection;
import io.tributary.libp2p.Direction;
import io.tributary.libp2p.Host;
import io.tributary.libp2p.HostBuilder;
import io.tributary.libp2p.Stream;
import io.tributary.libp2p.TestHosts;
import io.tributary.libp2p.TestProtocols;
import io.tributary.libp2p.dial.RaceLostException;
import io.tributary.libp2p.identity.InvalidEnvelopeException;
import io.tributary.libp2p.identity.PrivateKey;
import io.tributary.libp2p.identity.SignedEnvelope;
import io.tributary.libp2p.multiformats.Multiaddr;
import io.tributary.libp2p.multiformats.PeerId;
import io.tributary.libp2p.muxer.StreamRefusedException;
import io.tributary.libp2p.ping.PingService;
import io.tributary.libp2p.security.noise.NoiseProtocol;
import io.tributary.libp2p.stream.BlockingStream;
import io.tributary.libp2p.stream.ResetReason;
import io.tributary.libp2p.stream.StreamResetException;
import io.tributary.libp2p.time.EventLoopTimekeeper;
import io.tributary.libp2p.time.HandTime;
import io.tributary.libp2p.transport.TransportListener;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Relaying over real sockets. */
class RelayTest {
  private static final Duration WAIT = Duration.ofSeconds(20);
  private static final String LENT_ECHO = "/lent-echo/1.0.0";
  private static final CircuitLimit ROOMY = new CircuitLimit(Duration.ofMinutes(5), 64 << 20);

  private final TestHosts hosts = new TestHosts();
  private final AtomicReference<Instant> now = new AtomicReference<>(Instant.now());

  @AfterEach
  void stop() {
    hosts.close();
  }

  private static ConditionFactory eventually() {
    return Awaitility.await().atMost(WAIT);
  }

  private Host host(UnaryOperator<HostBuilder> customize) {
    return hosts.start(NoiseProtocol::new, customize);
  }

  private Host listening() {
    return host(builder -> builder.listen(TestHosts.LOOPBACK));
  }

  /** A relay and its host. */
  private record Relay(Host host, RelayServer server) {
    Multiaddr address() {
      return TestHosts.addressOf(host);
    }

    Multiaddr circuit() {
      return Multiaddr.parse(address() + "/p2p-circuit");
    }

    Multiaddr to(Host peer) {
      return circuit().withPeerId(peer.peerId());
    }
  }

  private Relay relay(RelayLimits limits) {
    Host host = host(builder -> builder.listen(TestHosts.LOOPBACK).clock(now::get));
    RelayServer server = new RelayServer(host, limits);
    server.open();
    return new Relay(host, server);
  }

  private static RelayLimits roomy() {
    return RelayLimits.defaults().withCircuit(ROOMY);
  }

  /** A host that listens by nothing but a relay, and serves an echo that may be lent. */
  private Host behind(Relay relay) {
    Host host = host(builder -> builder.clock(now::get));
    new RelayClient(host);
    new TestProtocols(host);
    new PingService(host);
    host.handle(
        LENT_ECHO,
        stream ->
            data -> {
              stream.write(data);
            },
        true);
    await(host.listen(relay.circuit()));
    return host;
  }

  private Host client() {
    Host host = host(builder -> builder);
    new RelayClient(host);
    return host;
  }

  private static BlockingStream open(Connection connection, String protocol) {
    return new BlockingStream(await(connection.newStreamOnLimited(List.of(protocol))), WAIT);
  }

  // Meeting

  @Test
  void hosts_meetThroughARelay_andSpeakWhatMayBeLent() throws IOException {
    Relay relay = relay(roomy());
    Host home = behind(relay);
    Host guest = client();
    assertThat(home.addresses()).containsExactly(relay.circuit());

    Connection connection = await(guest.connect(relay.to(home)));

    assertThat(connection.remotePeer()).isEqualTo(home.peerId());
    assertThat(connection.isLimited()).isTrue();
    assertThat(connection.transport()).isEqualTo("p2p-circuit");
    assertThat(connection.remoteAddress()).isEqualTo(relay.circuit());
    byte[] sent = new byte[300_000];
    new SplittableRandom(1).nextBytes(sent);
    try (BlockingStream echo = open(connection, LENT_ECHO)) {
      echo.output().write(sent);
      assertThat(echo.input().readNBytes(sent.length)).isEqualTo(sent);
    }
    assertThat(await(new PingService(guest).ping(connection))).isPositive();
    Connection back = home.connection(guest.peerId()).orElseThrow();
    assertThat(back.direction()).isEqualTo(Direction.INBOUND);
    assertThat(back.isLimited()).isTrue();
    assertThat(relay.server.usage().circuits()).isEqualTo(1);
    assertThat(relay.server.usage().relayedBytes()).isGreaterThan(2L * sent.length);

    connection.close();

    eventually().until(() -> relay.server.usage().circuits() == 0 && !back.isOpen());
  }

  @Test
  void ordinaryProtocol_overALentConnection_isRefusedOnBothSides() {
    Relay relay = relay(roomy());
    Host home = behind(relay);
    Host guest = client();
    Connection connection = await(guest.connect(relay.to(home)));

    Future<Stream> polite = connection.newStream(TestProtocols.ECHO).awaitUninterruptibly();
    assertThat(polite.cause())
        .isInstanceOfSatisfying(
            StreamRefusedException.class,
            e ->
                assertThat(e.reason()).isEqualTo(StreamRefusedException.Reason.LIMITED_CONNECTION));

    BlockingStream rude = open(connection, TestProtocols.ECHO);
    assertThatThrownBy(() -> rude.input().read())
        .isInstanceOfSatisfying(
            StreamResetException.class,
            e -> assertThat(e.reset().reason()).isEqualTo(ResetReason.PROTOCOL_UNSUPPORTED));
  }

  @Test
  void connectingAgain_overALentConnection_yieldsIt_orADirectOne() {
    Relay relay = relay(roomy());
    Host home = behind(relay);
    Host guest = client();
    Connection lent = await(guest.connect(relay.to(home)));

    assertThat(await(guest.connect(relay.to(home)))).isSameAs(lent);

    TransportListener direct = await(home.listen(TestHosts.LOOPBACK));
    Connection better = await(guest.connect(direct.address().withPeerId(home.peerId())));
    assertThat(better.isLimited()).isFalse();
    assertThat(guest.connection(home.peerId())).containsSame(better);
  }

  @Test
  void listeningByARelay_isAnnounced_untilItEnds() {
    Relay relay = relay(roomy());
    Host home = host(builder -> builder);
    RelayClient client = new RelayClient(home);

    TransportListener place = await(home.listen(relay.circuit()));

    RelayVoucher voucher =
        client.places().get(0).reservation().voucher().orElseThrow(AssertionError::new);
    assertThat(voucher.relay()).isEqualTo(relay.host.peerId());
    assertThat(voucher.peer()).isEqualTo(home.peerId());
    assertThat(home.addresses()).containsExactly(relay.circuit());
    place.close();
    eventually().until(() -> home.addresses().isEmpty() && client.places().isEmpty());
  }

  // Refusals

  private static HopMessage.Answer ask(Host from, Relay relay, HopMessage message)
      throws IOException {
    try (HopTalk talk = new HopTalk(TestHosts.connect(from, relay.host))) {
      return talk.ask(message);
    }
  }

  private static RelayStatus refusal(Future<?> failed) {
    assertThat(failed.awaitUninterruptibly(WAIT.toMillis())).isTrue();
    if (failed.cause().getCause() instanceof RaceLostException lost
        && lost.failures().values().iterator().next() instanceof RelayException found) {
      return found.status().orElseThrow();
    }
    throw new AssertionError(failed.cause());
  }

  @Test
  void withoutReservation_thereIsNoCircuit() throws IOException {
    Relay relay = relay(roomy());
    Host stranger = listening();

    assertThat(ask(client(), relay, new HopMessage.Connect(stranger.peerId())).status())
        .isEqualTo(RelayStatus.NO_RESERVATION);
    assertThat(relay.server.usage().refused()).containsEntry(RelayRefusal.NO_RESERVATION, 1L);
  }

  @Test
  void reservation_expires_andEndsWithItsConnection() throws IOException {
    Relay relay = relay(roomy());
    Host home = listening();
    Host guest = listening();
    HopMessage.Connect wish = new HopMessage.Connect(home.peerId());
    HopMessage.Answer granted = ask(home, relay, new HopMessage.Reserve());
    assertThat(granted.grant().orElseThrow().addresses()).containsExactly(relay.address());
    assertThat(granted.limit()).isEqualTo(ROOMY);

    now.updateAndGet(time -> time.plus(RelayLimits.defaults().reservationLife()));
    assertThat(ask(guest, relay, wish).status()).isEqualTo(RelayStatus.NO_RESERVATION);

    ask(home, relay, new HopMessage.Reserve());
    // It is found, but its peer takes no circuits.
    assertThat(ask(guest, relay, wish).status()).isEqualTo(RelayStatus.CONNECTION_FAILED);
    assertThat(relay.server.usage().circuits()).isZero();
    home.disconnect(relay.host.peerId());
    eventually().until(() -> relay.server.usage().reservations() == 0);
    assertThat(ask(guest, relay, wish).status()).isEqualTo(RelayStatus.NO_RESERVATION);
  }

  @Test
  void reservations_areBounded_inAllAndPerCustomer() throws IOException {
    Relay relay = relay(roomy().withReservations(3, 2));
    Host first = listening();

    assertThat(ask(first, relay, new HopMessage.Reserve()).status()).isEqualTo(RelayStatus.OK);
    assertThat(ask(first, relay, new HopMessage.Reserve()).status()).isEqualTo(RelayStatus.OK);
    assertThat(relay.server.usage().reservations()).isEqualTo(1);
    assertThat(ask(listening(), relay, new HopMessage.Reserve()).status())
        .isEqualTo(RelayStatus.OK);
    assertThat(ask(listening(), relay, new HopMessage.Reserve()).status())
        .isEqualTo(RelayStatus.RESERVATION_REFUSED);
    assertThat(relay.server.usage().refused()).containsEntry(RelayRefusal.CUSTOMER_HAS_ENOUGH, 1L);
    assertThat(ask(first, relay, new HopMessage.Reserve()).status()).isEqualTo(RelayStatus.OK);
  }

  @Test
  void peerWhoseReservationExpired_isProtectedNoMore() throws IOException {
    Relay relay = relay(roomy());
    Host idle = listening();
    Host other = listening();
    ask(idle, relay, new HopMessage.Reserve());
    assertThat(relay.host.tags().isProtected(idle.peerId())).isTrue();

    now.updateAndGet(time -> time.plus(RelayLimits.defaults().reservationLife()));
    ask(other, relay, new HopMessage.Reserve());
    assertThat(relay.host.tags().isProtected(idle.peerId())).isFalse();
    assertThat(relay.host.tags().isProtected(other.peerId())).isTrue();

    relay.server.close();
    assertThat(relay.host.tags().isProtected(other.peerId())).isFalse();
  }

  @Test
  void askerThatGoes_beforeItsCircuitIsThere_leavesNothingBehind() throws Exception {
    Relay relay = relay(roomy());
    Host home = listening();
    Host guest = listening();
    BlockingQueue<Stream> offered = new ArrayBlockingQueue<>(1);
    home.handle(
        StopMessage.PROTOCOL_ID,
        stream -> {
          offered.add(stream);
          return ByteBuf::release;
        });
    ask(home, relay, new HopMessage.Reserve());
    HopTalk talk = new HopTalk(TestHosts.connect(guest, relay.host));
    HopTalk.write(talk.stream, new HopMessage.Connect(home.peerId()).toBytes());
    Stream stream = offered.poll(WAIT.toSeconds(), TimeUnit.SECONDS);
    assertThat(stream).isNotNull();
    assertThat(relay.server.usage().circuits()).isEqualTo(1);

    guest.disconnect(relay.host.peerId());
    eventually().until(() -> relay.host.connection(guest.peerId()).isEmpty());
    byte[] answer = new StopMessage.Answer(RelayStatus.OK).toBytes();
    stream.write(stream.allocator().buffer().writeByte(answer.length).writeBytes(answer));

    eventually().until(() -> relay.server.usage().circuits() == 0);
  }

  @Test
  void onePeer_cannotTakeAllCircuitsOfAnother() throws Exception {
    CircuitCount count = new CircuitCount(100, 16);
    PeerId greedy = PrivateKey.generate(new SecureRandom()).peerId();
    PeerId home = PrivateKey.generate(new SecureRandom()).peerId();
    for (int i = 0; i < 4; i++) {
      assertThat(count.acquire(greedy, home)).isTrue();
    }
    assertThat(count.acquire(greedy, home)).isFalse();
    assertThat(count.acquire(PrivateKey.generate(new SecureRandom()).peerId(), home)).isTrue();
    count.release(greedy, home);
    assertThat(count.acquire(greedy, home)).isTrue();
    assertThat(count.all()).isEqualTo(5);
  }

  @Test
  void relayThatGrantsThousandsOfYears_isAskedAgainAllTheSame() {
    Host liar = listening();
    Instant farAway = Instant.parse("9999-12-31T23:59:59Z");
    liar.handle(
        HopMessage.PROTOCOL_ID,
        stream -> {
          byte[] grant =
              new HopMessage.Answer(
                      RelayStatus.OK,
                      Optional.of(new HopMessage.Grant(farAway, List.of(), Optional.empty())),
                      CircuitLimit.NONE)
                  .toBytes();
          stream.write(stream.allocator().buffer().writeByte(grant.length).writeBytes(grant));
          return ByteBuf::release;
        });
    Host home = client();

    TransportListener place =
        await(home.listen(Multiaddr.parse(TestHosts.addressOf(liar) + "/p2p-circuit")));

    assertThat(place.closed().isDone()).isFalse();
    assertThat(home.addresses()).hasSize(1);
  }

  @Test
  void flood_ofRequests_isRefused_andTheRelayGoesOn() throws IOException {
    Relay relay = relay(roomy());
    Host flooder = listening();
    int burst = RelayLimits.defaults().peerRequests().burst();
    int refused = 0;
    for (int i = 0; i < 4 * burst; i++) {
      HopMessage.Answer answer = ask(flooder, relay, new HopMessage.Reserve());
      refused += answer.status() == RelayStatus.RESOURCE_LIMIT_EXCEEDED ? 1 : 0;
    }

    // A slow machine earns some tokens meanwhile.
    assertThat(refused).isBetween(1, 3 * burst);
    assertThat(relay.server.usage().reservations()).isEqualTo(1);
    assertThat(ask(listening(), relay, new HopMessage.Reserve()).status())
        .isEqualTo(RelayStatus.OK);
  }

  @Test
  void circuitToOneself_andGarbage_areRefused() throws IOException {
    Relay relay = relay(roomy());
    Host peer = listening();

    assertThat(ask(peer, relay, new HopMessage.Connect(peer.peerId())).status())
        .isEqualTo(RelayStatus.PERMISSION_DENIED);
    assertThat(ask(peer, relay, HopMessage.Answer.of(RelayStatus.OK)).status())
        .isEqualTo(RelayStatus.UNEXPECTED_MESSAGE);
    try (HopTalk talk = new HopTalk(TestHosts.connect(peer, relay.host))) {
      HopTalk.write(talk.stream, new byte[] {1, 2, 3});
      assertThat(HopMessage.read(Unpooled.wrappedBuffer(HopTalk.read(talk.stream))))
          .isEqualTo(HopMessage.Answer.of(RelayStatus.MALFORMED_MESSAGE));
    }
  }

  @Test
  void circuit_fromARelayThatWasNotAsked_isDeclined() throws IOException {
    Relay relay = relay(roomy());
    Host home = listening();
    new RelayClient(home);
    // Reserved behind the client's back.
    ask(home, relay, new HopMessage.Reserve());

    assertThat(refusal(client().connect(relay.to(home)))).isEqualTo(RelayStatus.CONNECTION_FAILED);
  }

  @Test
  void relayThatIsOff_isNone() {
    Relay relay = relay(roomy());
    relay.server.close();
    Host home = client();

    Future<TransportListener> listening = home.listen(relay.circuit());

    assertThat(listening.awaitUninterruptibly(WAIT.toMillis())).isTrue();
    assertThat(listening.cause())
        .isInstanceOfSatisfying(
            RelayException.class,
            e -> assertThat(e.reason()).isEqualTo(RelayException.Reason.NOT_A_RELAY));
  }

  // The limits of a circuit, and its two halves

  /** Both ends of a circuit as plain streams, without a connection on it. */
  private record Ends(BlockingStream source, BlockingStream destination) {}

  private Ends circuit(Relay relay) throws IOException, InterruptedException {
    Host home = listening();
    Host guest = listening();
    BlockingQueue<Stream> offered = new ArrayBlockingQueue<>(1);
    home.handle(
        StopMessage.PROTOCOL_ID,
        stream -> {
          stream.autoRead(false);
          offered.add(stream);
          return ByteBuf::release;
        });
    ask(home, relay, new HopMessage.Reserve());
    HopTalk talk = new HopTalk(TestHosts.connect(guest, relay.host));
    HopTalk.write(talk.stream, new HopMessage.Connect(home.peerId()).toBytes());
    Stream stream = offered.poll(WAIT.toSeconds(), TimeUnit.SECONDS);
    assertThat(stream).isNotNull();
    BlockingStream destination = new BlockingStream(stream, WAIT);
    stream.autoRead(true);
    assertThat(StopMessage.read(Unpooled.wrappedBuffer(HopTalk.read(destination))))
        .isEqualTo(new StopMessage.Connect(guest.peerId(), relay.server.limits().circuit()));
    // What follows the answer in one piece belongs to the circuit.
    byte[] answer = new StopMessage.Answer(RelayStatus.OK).toBytes();
    byte[] together = new byte[1 + answer.length + 1];
    together[0] = (byte) answer.length;
    System.arraycopy(answer, 0, together, 1, answer.length);
    together[together.length - 1] = 'x';
    destination.output().write(together);
    assertThat(HopMessage.read(Unpooled.wrappedBuffer(HopTalk.read(talk.stream))))
        .isInstanceOfSatisfying(
            HopMessage.Answer.class, each -> assertThat(each.status()).isEqualTo(RelayStatus.OK));
    assertThat(talk.stream.input().read()).isEqualTo('x');
    return new Ends(talk.stream, destination);
  }

  @Test
  void halfClose_isPassedOn_andTheOtherHalfGoesOn() throws Exception {
    Relay relay = relay(roomy());
    Ends ends = circuit(relay);

    ends.source.output().write('a');
    ends.source.output().close();
    assertThat(ends.destination.input().readAllBytes()).containsExactly('a');
    byte[] much = new byte[3 << 20];
    // More than all the queues between them hold, so somebody has to read meanwhile.
    CompletableFuture<Void> written =
        CompletableFuture.runAsync(
            () -> {
              try {
                ends.destination.output().write(much);
                ends.destination.output().close();
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            });

    assertThat(ends.source.input().readAllBytes()).hasSize(much.length);
    written.get(WAIT.toSeconds(), TimeUnit.SECONDS);
    eventually().until(() -> relay.server.usage().circuits() == 0);
    assertThat(relay.server.usage().cutByData()).isZero();
  }

  @Test
  void readerThatStops_stopsTheWriterBeyondTheRelay() throws Exception {
    Relay relay = relay(roomy());
    Ends ends = circuit(relay);
    AtomicLong written = new AtomicLong();
    Thread writer =
        new Thread(
            () -> {
              byte[] piece = new byte[64 << 10];
              try {
                for (int i = 0; i < 900; i++) {
                  ends.source.output().write(piece);
                  written.addAndGet(piece.length);
                }
                ends.source.output().close();
              } catch (IOException e) {
                written.set(-1);
              }
            });
    writer.start();

    // Nobody reads, so it comes to rest well before all is written.
    AtomicLong before = new AtomicLong(-1);
    eventually()
        .pollInterval(Duration.ofMillis(400))
        .until(() -> before.getAndSet(written.get()) == written.get() && written.get() > 0);
    assertThat(written.get()).isLessThan(40L << 20);

    assertThat(ends.destination.input().readAllBytes()).hasSize(900 * (64 << 10));
    writer.join(WAIT.toMillis());
    assertThat(written.get()).isEqualTo(900L * (64 << 10));
  }

  @Test
  void dataBeyondTheLimit_endsTheCircuit() throws Exception {
    Relay relay =
        relay(RelayLimits.defaults().withCircuit(new CircuitLimit(Duration.ofMinutes(5), 100_000)));
    Ends ends = circuit(relay);

    ends.source.output().write(new byte[100_000]);
    assertThat(ends.destination.input().readNBytes(100_000)).hasSize(100_000);
    ends.destination.output().write(new byte[50_000]);
    ends.source.output().write(new byte[1]);

    assertThatThrownBy(() -> ends.destination.input().read())
        .isInstanceOf(StreamResetException.class);
    eventually().until(() -> relay.server.usage().circuits() == 0);
    assertThat(relay.server.usage().cutByData()).isEqualTo(1);
  }

  @Test
  void circuitThatLastsTooLong_isEnded() throws Exception {
    Relay relay =
        relay(RelayLimits.defaults().withCircuit(new CircuitLimit(Duration.ofSeconds(2), 1 << 20)));
    Ends ends = circuit(relay);

    assertThatThrownBy(() -> ends.source.input().read()).isInstanceOf(StreamResetException.class);

    eventually().until(() -> relay.server.usage().circuits() == 0);
    assertThat(relay.server.usage().cutByTime()).isEqualTo(1);
  }

  // Relays that go

  @Test
  void relayThatDies_endsItsCircuits_andAnotherIsChosen() {
    Relay first = relay(roomy());
    Relay second = relay(roomy());
    Host home = host(builder -> builder);
    new RelayClient(home);
    RelayChooser chooser =
        new RelayChooser(
            home,
            max ->
                home.io()
                    .group()
                    .next()
                    .newSucceededFuture(
                        List.of(
                            new RelayCandidate(home.peerId(), List.of()),
                            new RelayCandidate(first.host.peerId(), List.of(first.address())),
                            new RelayCandidate(second.host.peerId(), List.of(second.address())))),
            new RelayChooser.Options(
                1, 3, Duration.ofSeconds(15), Duration.ofMillis(100), Duration.ofHours(1)),
            new EventLoopTimekeeper(home.io().group().next(), home.clock()));
    chooser.open();
    eventually().until(() -> home.addresses().size() == 1);
    Relay chosen = home.addresses().contains(first.circuit()) ? first : second;
    Relay other = chosen.equals(first) ? second : first;
    Connection lent = await(client().connect(chosen.to(home)));

    chosen.host.close();

    assertThat(lent.closed().awaitUninterruptibly(WAIT.toMillis())).isTrue();
    eventually().until(() -> home.addresses().equals(Set.of(other.circuit())));
    assertThat(await(client().connect(other.to(home))).isLimited()).isTrue();

    chooser.close();
    eventually().until(() -> home.addresses().isEmpty());
  }

  @Test
  void relayThatRefuses_isLeftAlone_andAnotherIsChosen() {
    Relay full = relay(roomy().withReservations(1, 1));
    behind(full);
    Relay other = relay(roomy());
    Host home = host(builder -> builder);
    new RelayClient(home);
    AtomicInteger looks = new AtomicInteger();
    RelayChooser chooser =
        new RelayChooser(
            home,
            max -> {
              looks.incrementAndGet();
              return home.io()
                  .group()
                  .next()
                  .newSucceededFuture(
                      List.of(
                          new RelayCandidate(full.host.peerId(), List.of(full.address())),
                          new RelayCandidate(other.host.peerId(), List.of(other.address()))));
            },
            new RelayChooser.Options(
                2, 3, Duration.ofSeconds(15), Duration.ofMillis(20), Duration.ofHours(1)),
            new EventLoopTimekeeper(home.io().group().next(), home.clock()));

    chooser.open();

    // One of the two that it wants is missing, so it goes on looking.
    eventually().until(() -> looks.get() > 3 && home.addresses().equals(Set.of(other.circuit())));
    assertThat(full.server.usage().refused().values().stream().mapToLong(each -> each).sum())
        .isEqualTo(1);
    chooser.close();
    eventually().until(() -> home.addresses().isEmpty());
  }

  @Test
  void reservation_isRenewed_beforeItExpires_andAfterTheConnectionBroke() {
    Relay relay = relay(roomy());
    Host home = host(builder -> builder);
    HandTime time = new HandTime(now::get);
    RelayClient client = new RelayClient(home, time);
    await(home.listen(relay.circuit()));
    Instant granted = client.places().get(0).reservation().expiry();

    Duration step = RelayLimits.defaults().reservationLife().multipliedBy(4).dividedBy(5);
    now.updateAndGet(instant -> instant.plus(step));
    time.fire();
    eventually().until(() -> client.places().get(0).reservation().expiry().isAfter(granted));

    Connection before = relay.host.connection(home.peerId()).orElseThrow();
    before.close();
    eventually()
        .until(
            () ->
                relay.server.usage().reservations() == 1
                    && relay.host.connection(home.peerId()).filter(before::equals).isEmpty());
    assertThat(home.addresses()).containsExactly(relay.circuit());
  }

  // Vouchers

  @Test
  void voucher_ofAnotherSigner_isNone() {
    PrivateKey relay = PrivateKey.generate(new SecureRandom());
    PrivateKey forger = PrivateKey.generate(new SecureRandom());
    PeerId peer = PrivateKey.generate(new SecureRandom()).peerId();
    RelayVoucher voucher =
        new RelayVoucher(relay.peerId(), peer, Instant.ofEpochSecond(1_900_000_000));
    SignedEnvelope sealed = voucher.seal(relay);

    assertThat(RelayVoucher.open(sealed.toBytes())).isEqualTo(voucher);
    byte[] forged = SignedEnvelope.seal(forger, RelayVoucher.KIND, sealed.payload()).toBytes();
    assertThatThrownBy(() -> RelayVoucher.open(forged)).hasMessageContaining("was signed by");
    byte[] broken = sealed.toBytes();
    broken[broken.length - 1] ^= 1;
    assertThatThrownBy(() -> RelayVoucher.open(broken))
        .isInstanceOf(InvalidEnvelopeException.class);
  }
}
