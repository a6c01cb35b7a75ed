package io.tributary.libp2p.trial;

import static io.tributary.libp2p.TestHosts.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.util.concurrent.Future;
import io.tributary.libp2p.Host;
import io.tributary.libp2p.HostBuilder;
import io.tributary.libp2p.TestHosts;
import io.tributary.libp2p.identity.PrivateKey;
import io.tributary.libp2p.limits.IpPrefix;
import io.tributary.libp2p.limits.PublicNetworks;
import io.tributary.libp2p.multiformats.Multiaddr;
import io.tributary.libp2p.security.tls.TlsProtocol;
import io.tributary.libp2p.stream.Fault;
import io.tributary.libp2p.stream.StreamHandler;
import io.tributary.libp2p.stream.StreamResetException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Trials of peers that answer as they should, and of peers that do not. */
class TrialPeerTest {
  private static final Duration DEADLINE = Duration.ofSeconds(10);
  private static final TrialPlan ALL =
      new TrialPlan(2, 100_000, 100_000, 100_000, 10, true, 1000, 1000, DEADLINE);

  private final TestHosts hosts = new TestHosts();
  private final Host server = hosts.listening(TlsProtocol::new);
  private final List<TrialEvent> events = new CopyOnWriteArrayList<>();

  @AfterEach
  void stop() {
    hosts.close();
  }

  private List<TrialFailure> run(Multiaddr peer, TrialPlan plan) throws InterruptedException {
    PrivateKey key = PrivateKey.generate(new SecureRandom());
    HostBuilder builder = Host.builder(key).security(new TlsProtocol(key)).io(hosts.io());
    try (Host host = builder.build()) {
      return new TrialPeer(host, events::add).run(List.of(peer), plan);
    }
  }

  @Test
  void peerThatAnswersAll_hasNoFailures() throws InterruptedException {
    new TrialPeer(server, event -> {});

    assertThat(run(TestHosts.addressOf(server), ALL)).isEmpty();

    assertThat(events)
        .extracting(TrialEvent::name)
        .contains("started", "connected", "identified", "ping", "stream", "reset", "perf", "done");
    assertThat(events)
        .allSatisfy(event -> assertThat(event.fields()).isNotEmpty().doesNotContainValue(null));
    assertThat(events)
        .filteredOn(event -> event instanceof TrialEvent.Exchanged)
        .extracting(event -> event.fields().get("step"))
        .containsExactly("echo", "sink", "source", "streams", "half-close", "back-pressure");
  }

  private Host host(Multiaddr listen) {
    PrivateKey key = PrivateKey.generate(new SecureRandom());
    return Host.builder(key)
        .security(new TlsProtocol(key))
        .io(hosts.io())
        .listen(listen)
        .publicNetworks(new PublicNetworks(List.of(IpPrefix.parse("127.0.0.0/8"))))
        .build();
  }

  @Test
  void peersOverARelay_meetDirectly_andDialEachOtherBack() throws InterruptedException {
    TrialNat client = new TrialNat(false, true, true, true);
    try (Host relay = host(TestHosts.LOOPBACK)) {
      new TrialPeer(relay, new TrialNat(true, false, true, false), event -> {})
          .run(List.of(), TrialPlan.CONNECT);
      Multiaddr circuit = Multiaddr.parse(TestHosts.addressOf(relay) + "/p2p-circuit");
      try (Host home = host(circuit);
          Host guest = host(TestHosts.LOOPBACK)) {
        new TrialPeer(home, client, event -> {}).run(List.of(), TrialPlan.CONNECT);

        List<TrialFailure> failures =
            new TrialPeer(guest, client, events::add)
                .run(
                    List.of(TestHosts.addressOf(relay), circuit.withPeerId(home.peerId())),
                    new TrialPlan(1, 10_000, 0, 0, 0, false, 0, 0, DEADLINE));

        assertThat(failures).isEmpty();
        assertThat(events)
            .filteredOn(event -> event instanceof TrialEvent.Probed)
            .extracting(event -> event.fields().get("result"))
            .contains("REACHED");
        assertThat(events)
            .filteredOn(event -> event instanceof TrialEvent.Connected)
            .extracting(event -> event.fields().get("limited"))
            .contains(true, false);
      }
    }
  }

  @Test
  void peerThatAnswersNothing_failsStepByStep() throws InterruptedException {
    List<TrialFailure> failures = run(TestHosts.addressOf(server), ALL);

    assertThat(failures)
        .extracting(TrialFailure::step)
        .containsExactly(
            "ping",
            "ping",
            "echo",
            "sink",
            "source",
            "streams",
            "half-close",
            "back-pressure",
            "perf");
    assertThat(failures)
        .allSatisfy(
            failure -> {
              assertThat(failure.reason()).isEqualTo("PROTOCOL_UNSUPPORTED");
              assertThat(failure.fault()).isEqualTo(Fault.PEER);
            });
  }

  @Test
  void addressWithoutAPeer_failsWithAReasonPerAddress() throws InterruptedException {
    Multiaddr nowhere =
        Multiaddr.parse("/ip4/127.0.0.1/tcp/1")
            .withPeerId(PrivateKey.ofEd25519Seed(new byte[32]).peerId());
    List<TrialFailure> failures = run(nowhere, TrialPlan.CONNECT);
    assertThat(failures).hasSize(1);
    assertThat(failures.get(0).reason()).isEqualTo("ALL_FAILED");
    assertThat(failures.get(0).causes()).hasSize(1);
    assertThat(events).extracting(TrialEvent::name).containsExactly("started", "error", "done");
  }

  // Peers that lie

  private TrialException.Reason reasonOf(String protocol, Function<Trial, Future<?>> trial) {
    Host client = hosts.dialling(TlsProtocol::new);
    Future<?> outcome = trial.apply(new Trial(TestHosts.connect(client, server), DEADLINE));
    assertThat(outcome.awaitUninterruptibly(20, TimeUnit.SECONDS)).as(protocol).isTrue();
    assertThat(outcome.cause()).as(protocol).isInstanceOf(TrialException.class);
    return ((TrialException) outcome.cause()).reason();
  }

  @Test
  void echoOfOtherBytes_isFound() {
    server.handle(
        TrialProtocols.ECHO,
        stream ->
            data -> {
              ByteBuf copy = data.copy();
              copy.setByte(copy.readerIndex(), copy.getByte(copy.readerIndex()) ^ 1);
              data.release();
              stream.write(copy);
            });
    assertThat(reasonOf("echo", trial -> trial.echo(100_000)))
        .isEqualTo(TrialException.Reason.OTHER_BYTES);
  }

  @Test
  void sourceThatGivesTooLittle_orTooMuch_isFound() {
    for (int given : new int[] {99, 101}) {
      server.handle(
          TrialProtocols.SOURCE,
          stream ->
              new StreamHandler() {
                @Override
                public void onData(ByteBuf data) {
                  data.release();
                }

                @Override
                public void onEndOfInput() {
                  stream.write(TrialPattern.slice(0, given));
                  stream.closeWrite();
                }
              });
      assertThat(reasonOf("source", trial -> trial.source(100)))
          .isEqualTo(
              given < 100 ? TrialException.Reason.TOO_SHORT : TrialException.Reason.TOO_LONG);
    }
  }

  @Test
  void sinkThatHashesWrongly_isFound() {
    server.handle(
        TrialProtocols.SINK,
        stream ->
            new StreamHandler() {
              @Override
              public void onData(ByteBuf data) {
                data.release();
              }

              @Override
              public void onEndOfInput() {
                stream.write(stream.allocator().buffer().writeLong(100).writeZero(32));
                stream.closeWrite();
              }
            });
    assertThat(reasonOf("sink", trial -> trial.sink(100)))
        .isEqualTo(TrialException.Reason.OTHER_BYTES);
  }

  @Test
  void peerThatDoesNotReset_isFound() {
    server.handle(
        TrialProtocols.RESET,
        stream -> {
          stream.closeWrite();
          return ByteBuf::release;
        });
    assertThat(reasonOf("reset", Trial::reset)).isEqualTo(TrialException.Reason.NOT_RESET);
  }

  @Test
  void peerThatTakesEverything_hasNoBackPressure() {
    server.handle(TrialProtocols.HOLD, stream -> ByteBuf::release);
    assertThat(reasonOf("hold", Trial::flood)).isEqualTo(TrialException.Reason.NO_BACK_PRESSURE);
  }

  @Test
  void peerThatIsSilent_runsIntoTheDeadline() {
    server.handle(TrialProtocols.SINK, stream -> ByteBuf::release);
    Host client = hosts.dialling(TlsProtocol::new);
    Trial trial = new Trial(TestHosts.connect(client, server), Duration.ofMillis(200));
    Future<Moved> outcome = trial.sink(10);
    assertThat(outcome.awaitUninterruptibly(20, TimeUnit.SECONDS)).isTrue();
    assertThat(outcome.cause()).isInstanceOf(StreamResetException.class);
    assertThat(TrialFailure.of("sink", outcome.cause()).reason()).isEqualTo("DEADLINE_PASSED");
    assertThat(await(trial.connection().ping())).isPositive();
  }

  // The pattern

  @Test
  void pattern_matchesItself_atAnyBorders_andNothingElse() {
    for (long position : new long[] {0, 1, 60_000, 65_536, 130_000, 1L << 40}) {
      ByteBuf slice = TrialPattern.slice(position, 1000);
      assertThat(TrialPattern.matches(position, slice)).isTrue();
      assertThat(TrialPattern.matches(position + 1, slice)).isFalse();
      assertThat(TrialPattern.matches(position + TrialPattern.CHUNK_BYTES, slice)).isFalse();
      slice.release();
    }
    ByteBuf across =
        Unpooled.wrappedBuffer(
            TrialPattern.slice(65_000, 10_000), TrialPattern.slice(65_536, 10_000));
    assertThat(across.readableBytes()).isEqualTo(10_536);
    assertThat(TrialPattern.matches(65_000, across)).isTrue();
    assertThat(TrialPattern.matches(65_001, across)).isFalse();
    across.release();
  }
}
