package io.tributary.libp2p.interop;

import static io.tributary.libp2p.TestHosts.await;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.tributary.libp2p.Connection;
import io.tributary.libp2p.Host;
import io.tributary.libp2p.TestHosts;
import io.tributary.libp2p.TestProtocols;
import io.tributary.libp2p.autonat.AutoNatClient;
import io.tributary.libp2p.autonat.AutoNatLimits;
import io.tributary.libp2p.autonat.AutoNatServer;
import io.tributary.libp2p.autonat.Probe;
import io.tributary.libp2p.autonat.ProbeResult;
import io.tributary.libp2p.dcutr.HolePuncher;
import io.tributary.libp2p.dcutr.PunchOptions;
import io.tributary.libp2p.dcutr.PunchReport;
import io.tributary.libp2p.dcutr.PunchResult;
import io.tributary.libp2p.limits.IpPrefix;
import io.tributary.libp2p.limits.PublicNetworks;
import io.tributary.libp2p.multiformats.Multiaddr;
import io.tributary.libp2p.relay.CircuitLimit;
import io.tributary.libp2p.relay.RelayClient;
import io.tributary.libp2p.relay.RelayLimits;
import io.tributary.libp2p.relay.RelayServer;
import io.tributary.libp2p.security.noise.NoiseProtocol;
import io.tributary.libp2p.stream.BlockingStream;
import io.tributary.libp2p.trial.TrialProtocols;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Relays, AutoNAT and hole punching of and for js-libp2p. */
class NatInteropTest {
  private static final Duration WAIT = Duration.ofSeconds(60);

  private final TestHosts hosts = new TestHosts();

  @AfterEach
  void stop() {
    hosts.close();
  }

  private Host host() {
    return hosts.start(
        NoiseProtocol::new,
        builder ->
            builder
                .listen(TestHosts.LOOPBACK)
                .publicNetworks(new PublicNetworks(List.of(IpPrefix.parse("127.0.0.0/8")))));
  }

  private static Multiaddr circuit(Multiaddr relay) {
    return Multiaddr.parse(relay + "/p2p-circuit");
  }

  private Host relay() {
    Host host = host();
    new RelayServer(
            host,
            RelayLimits.defaults().withCircuit(new CircuitLimit(Duration.ofMinutes(5), 1 << 20)))
        .open();
    return host;
  }

  private static void echo(Connection connection) throws IOException {
    byte[] sent = new byte[20_000];
    try (BlockingStream echo =
        new BlockingStream(
            await(connection.newStreamOnLimited(List.of(TrialProtocols.ECHO))), WAIT)) {
      echo.output().write(sent);
      assertThat(echo.input().readNBytes(sent.length)).isEqualTo(sent);
    }
  }

  @Test
  void relayOfJs_letsTwoHostsMeet() throws Exception {
    try (JsPeer js = JsPeer.listenTcp("--relay", "server", "--transports=tcp")) {
      Host home = hosts.start(NoiseProtocol::new, builder -> builder);
      RelayClient client = new RelayClient(home);
      home.handle(
          TrialProtocols.ECHO,
          stream ->
              data -> {
                stream.write(data);
              },
          true);
      Host guest = hosts.start(NoiseProtocol::new, builder -> builder);
      new RelayClient(guest);

      await(home.listen(circuit(js.address())));
      assertThat(client.places().get(0).reservation().voucher()).isPresent();
      Connection connection = await(guest.connect(circuit(js.address()).withPeerId(home.peerId())));

      assertThat(connection.isLimited()).isTrue();
      echo(connection);
    }
  }

  @Test
  void relayOfOurs_letsJsBeReached_andReachUs() throws Exception {
    Host relay = relay();
    Multiaddr circuit = circuit(TestHosts.addressOf(relay));
    try (JsPeer js =
        JsPeer.start("--relay", "client", "--transports=tcp", "--listen", circuit.toString())) {
      Awaitility.await()
          .atMost(WAIT)
          .until(() -> js.call("addresses").toString().contains("p2p-circuit"));
      Host guest = host();
      new RelayClient(guest);

      Connection connection = await(guest.connect(circuit.withPeerId(js.peerId())));
      assertThat(connection.isLimited()).isTrue();
      echo(connection);

      Host home = hosts.start(NoiseProtocol::new, builder -> builder);
      new RelayClient(home);
      new TestProtocols(home);
      await(home.listen(circuit));
      JsonNode dialled = js.dial(circuit.withPeerId(home.peerId()));
      assertThat(dialled.get("peer").asText()).isEqualTo(home.peerId().toString());
    }
  }

  // AutoNAT

  private Host listening(String ip) {
    return hosts.start(
        NoiseProtocol::new,
        builder ->
            builder
                .listen(Multiaddr.parse("/ip4/" + ip + "/tcp/0"))
                .publicNetworks(new PublicNetworks(List.of(IpPrefix.parse("127.0.0.0/8")))));
  }

  private static JsPeer jsBehindNats(String... flags) {
    List<String> all = new ArrayList<>(List.of("--nat", "--loopback-is-public"));
    all.addAll(List.of("--transports=tcp", "--security=noise"));
    all.addAll(List.of(flags));
    return JsPeer.start(all.toArray(String[]::new));
  }

  @Test
  void autoNatOfJs_dialsUs() {
    Host host = listening("127.0.0.1");
    AutoNatClient client = new AutoNatClient(host, new SecureRandom());
    List<Multiaddr> own = List.copyOf(host.listenAddresses());
    try (JsPeer js = jsBehindNats("--listen", "/ip4/127.0.0.2/tcp/0")) {
      Connection connection = await(host.connect(js.address()));

      Probe probe = await(client.ask(connection, own));

      assertThat(probe.result()).isEqualTo(ProbeResult.REACHED);
      assertThat(probe.address()).contains(own.get(0));
    }
  }

  @Test
  void autoNatOfJs_byVersion1_dialsNobodyElseForUs() {
    Host host = listening("127.0.0.1");
    AutoNatClient client = new AutoNatClient(host, new SecureRandom());
    try (JsPeer js = jsBehindNats("--autonat", "1", "--listen", "/ip4/127.0.0.2/tcp/0")) {
      Connection connection = await(host.connect(js.address()));

      Probe probe =
          await(
              client.askByVersion1(
                  connection, List.of(Multiaddr.parse("/ip4/127.0.0.4/tcp/4001"))));

      assertThat(probe.result()).as("%s", probe).isEqualTo(ProbeResult.REFUSED);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"1", "2"})
  void js_tellsItsAddress_onceOurAutoNatHasDialledIt(String version) {
    Host host = listening("127.0.0.1");
    AutoNatServer server = new AutoNatServer(host, AutoNatLimits.defaults(), new SecureRandom());
    server.open();
    try (JsPeer js =
        jsBehindNats(
            "--autonat", version, "--listening-is-unproven", "--listen", "/ip4/127.0.0.2/tcp/0")) {
      assertThat(js.addresses()).as("not proven yet").isEmpty();
      String address = js.call("listening").get(0).asText();

      await(host.connect(Multiaddr.parse(address).withPeerId(js.peerId())));

      Awaitility.await()
          .atMost(WAIT)
          .until(() -> js.call("addresses").toString().contains(address));
      assertThat(server.usage().dialled()).isEqualTo(1);
      assertThat(server.usage().reached()).isEqualTo(1);
    }
  }

  // Hole punching

  private static PunchOptions withoutReversal() {
    PunchOptions usual = PunchOptions.defaults();
    return new PunchOptions(
        usual.attempts(),
        usual.attemptTime(),
        usual.exchangeTime(),
        Duration.ZERO,
        usual.maxAtOnce());
  }

  @Test
  void js_thatReachesUsOverARelay_answersAndMeetsUs() {
    Multiaddr circuit = circuit(TestHosts.addressOf(relay()));
    Host home = listening("127.0.0.1");
    new RelayClient(home);
    BlockingQueue<PunchReport> reports = new LinkedBlockingQueue<>();
    await(home.listen(circuit));
    try (JsPeer js = jsBehindNats("--relay", "client", "--listen", "/ip4/127.0.0.1/tcp/0");
        HolePuncher puncher = new HolePuncher(home, withoutReversal(), reports::add)) {
      js.dial(circuit.withPeerId(home.peerId()));

      PunchReport report = next(reports);

      assertThat(report.result()).as("%s", report).isEqualTo(PunchResult.PUNCHED);
      assertThat(report.isInitiative()).isTrue();
      assertThat(home.connection(js.peerId()).orElseThrow().isLimited()).isFalse();
      assertThat(puncher.underWay()).isZero();
    }
  }

  @Test
  void js_thatIsReachedOverARelay_beginsAndMeetsUs() {
    Multiaddr circuit = circuit(TestHosts.addressOf(relay()));
    // Where js can't just dial us: one address it takes for private, and one where nobody is.
    Host guest = listening("127.0.0.3");
    guest.addAddress(Multiaddr.parse("/ip4/127.0.0.1/tcp/1"));
    new RelayClient(guest);
    BlockingQueue<PunchReport> reports = new LinkedBlockingQueue<>();
    try (JsPeer js =
            jsBehindNats(
                "--relay",
                "client",
                "--listen",
                "/ip4/127.0.0.1/tcp/0",
                "--listen",
                circuit.toString());
        HolePuncher puncher = new HolePuncher(guest, withoutReversal(), reports::add)) {
      Awaitility.await()
          .atMost(WAIT)
          .until(() -> js.call("addresses").toString().contains("p2p-circuit"));
      await(guest.connect(circuit.withPeerId(js.peerId())));

      PunchReport report = next(reports);

      assertThat(report.result()).as("%s", report).isEqualTo(PunchResult.PUNCHED);
      assertThat(report.isInitiative()).isFalse();
      assertThat(guest.connection(js.peerId()).orElseThrow().isLimited()).isFalse();
      // As its own dial has failed, js may begin once more.
      assertThat(puncher.underWay()).isLessThanOrEqualTo(1);
    }
  }

  private static PunchReport next(BlockingQueue<PunchReport> reports) {
    return Awaitility.await().atMost(WAIT).until(reports::poll, Objects::nonNull);
  }
}
