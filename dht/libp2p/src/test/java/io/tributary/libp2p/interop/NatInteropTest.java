package io.tributary.libp2p.interop;

import static io.tributary.libp2p.TestHosts.await;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.tributary.libp2p.Connection;
import io.tributary.libp2p.Host;
import io.tributary.libp2p.TestHosts;
import io.tributary.libp2p.TestProtocols;
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
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Relays of and for js-libp2p. Its DCUtR and AutoNAT leave loopback alone. */
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
}
