package io.tributary.libp2p.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.util.concurrent.Future;
import io.tributary.libp2p.Connection;
import io.tributary.libp2p.Host;
import io.tributary.libp2p.TestHosts;
import io.tributary.libp2p.TestProtocols;
import io.tributary.libp2p.identity.PrivateKey;
import io.tributary.libp2p.limits.ResourceLimits;
import io.tributary.libp2p.limits.ScopeLimit;
import io.tributary.libp2p.metrics.micrometer.MicrometerHostMetrics;
import io.tributary.libp2p.multiformats.Multiaddr;
import io.tributary.libp2p.ping.PingService;
import io.tributary.libp2p.security.noise.NoiseProtocol;
import io.tributary.libp2p.security.tls.TlsProtocol;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a host does shows in its meters. */
class MicrometerHostMetricsTest {
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final TestHosts hosts = new TestHosts();
  private Host server;
  private Host client;

  @BeforeEach
  void start() {
    MicrometerHostMetrics metrics = new MicrometerHostMetrics(registry, Tags.of("host", "a"));
    ResourceLimits usual = ResourceLimits.defaults();
    server =
        hosts.start(
            NoiseProtocol::new,
            builder ->
                builder
                    .listen(TestHosts.LOOPBACK)
                    .metrics(metrics)
                    .limits(
                        new ResourceLimits(
                            new ScopeLimit(10, 11, 12, 13),
                            new ScopeLimit(2, 2, 100, 100),
                            usual.perProtocol(),
                            usual.perPeerAndProtocol(),
                            Map.of(TestProtocols.HOLD, ScopeLimit.streams(1, 1)),
                            14,
                            15,
                            8,
                            9)));
    metrics.watch(server);
    new PingService(server);
    new TestProtocols(server);
    client = hosts.dialling(NoiseProtocol::new);
  }

  @AfterEach
  void stop() {
    hosts.close();
  }

  private double value(String name, String... tags) {
    return registry.find("libp2p." + name).tags(tags).tag("host", "a").meters().stream()
        .flatMap(
            meter -> {
              java.util.List<Double> values = new java.util.ArrayList<>();
              meter.measure().forEach(measurement -> values.add(measurement.getValue()));
              return values.stream();
            })
        .mapToDouble(Double::doubleValue)
        .sum();
  }

  private void awaitValue(double least, String name, String... tags) {
    await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(() -> assertThat(value(name, tags)).as(name).isGreaterThanOrEqualTo(least));
  }

  @Test
  void connectionsAndStreams_areCountedFromTheirBeginningToTheirEnd() {
    Connection connection = TestHosts.connect(client, server);
    TestHosts.await(new PingService(client).ping(connection));

    awaitValue(
        1, "connections.opened", "direction", "INBOUND", "transport", "tcp", "security", "/noise");
    awaitValue(1, "streams.opened", "direction", "INBOUND", "protocol", PingService.PROTOCOL_ID);
    awaitValue(1, "streams.ended", "protocol", PingService.PROTOCOL_ID, "reason", "CLOSED");
    assertThat(value("resources.used", "resource", "INBOUND_CONNECTIONS")).isEqualTo(1);
    awaitValue(1, "peers.known.used");

    connection.close();

    awaitValue(1, "connections.closed", "reason", "CLOSED_BY_PEER");
    assertThat(value("resources.used", "resource", "INBOUND_CONNECTIONS")).isZero();
  }

  @Test
  void limits_haveGauges() {
    assertThat(value("resources.max", "resource", "INBOUND_CONNECTIONS")).isEqualTo(10);
    assertThat(value("resources.max", "resource", "OUTBOUND_CONNECTIONS")).isEqualTo(11);
    assertThat(value("resources.max", "resource", "INBOUND_STREAMS")).isEqualTo(12);
    assertThat(value("resources.max", "resource", "OUTBOUND_STREAMS")).isEqualTo(13);
    assertThat(value("pending.inbound.max")).isEqualTo(14);
    assertThat(value("pending.dials.max")).isEqualTo(15);
    assertThat(value("rate.limit.prefixes.max")).isEqualTo(16_384);
    assertThat(value("peers.known.max")).isEqualTo(16_384);
    assertThat(value("memory.held.max")).isEqualTo(512 << 20);
    assertThat(value("memory.windows.max")).isEqualTo(256 << 20);
    assertThat(value("memory.queued.max")).isEqualTo(256 << 20);
  }

  @Test
  void heldBytes_show() {
    Connection connection = TestHosts.connect(client, server);
    var stream = TestHosts.await(connection.newStream(TestProtocols.HOLD));
    stream.write(stream.allocator().directBuffer().writeZero(5_000));

    await().atMost(Duration.ofSeconds(20)).until(() -> value("memory.held.used") == 5_000);

    stream.reset(0);
    await().atMost(Duration.ofSeconds(20)).until(() -> value("memory.held.used") == 0);
    awaitValue(1, "streams.ended", "protocol", TestProtocols.HOLD, "reason", "RESET_BY_PEER");
  }

  @Test
  void refusals_areCountedByReason() {
    Connection connection = TestHosts.connect(client, server);
    for (int i = 0; i < 2; i++) {
      var stream = TestHosts.await(connection.newStream(TestProtocols.HOLD));
      stream.write(stream.allocator().directBuffer().writeZero(1));
    }
    awaitValue(1, "limits.reached", "scope", "PROTOCOL", "resource", "INBOUND_STREAMS");
    awaitValue(1, "streams.refused", "direction", "INBOUND", "reason", "LIMIT_REACHED");

    server.access().deny(client.peerId());
    connection.close();
    TestHosts.await(connection.closed());
    client.connect(TestHosts.addressOf(server));
    awaitValue(1, "connections.refused", "reason", "PEER_DENIED");
  }

  @Test
  void failures_areCountedByReason() {
    Host tls = hosts.dialling(TlsProtocol::new);
    Future<Connection> dial = tls.connect(TestHosts.addressOf(server));
    assertThat(dial.awaitUninterruptibly(20_000)).isTrue();
    awaitValue(1, "upgrades.failed", "direction", "INBOUND", "step", "SECURITY_NEGOTIATION");

    Multiaddr nowhere = Multiaddr.parse("/ip4/127.0.0.1/tcp/1");
    server.connect(nowhere.withPeerId(PrivateKey.generate(new SecureRandom()).peerId()));
    awaitValue(1, "dials.failed", "reason", "ALL_FAILED");
  }

  /** Whoever adds a meter adds it to the table in the package's description. */
  @Test
  void names_areAllTheMeters() {
    TreeSet<String> gauges = new TreeSet<>();
    for (Meter meter : registry.getMeters()) {
      gauges.add(meter.getId().getName());
    }
    assertThat(gauges)
        .containsExactly(
            "libp2p.addresses.watched.used",
            "libp2p.memory.held.max",
            "libp2p.memory.held.used",
            "libp2p.memory.queued.max",
            "libp2p.memory.queued.used",
            "libp2p.memory.windows.max",
            "libp2p.memory.windows.used",
            "libp2p.peers.known.max",
            "libp2p.peers.known.used",
            "libp2p.peers.tagged.used",
            "libp2p.pending.dials.max",
            "libp2p.pending.dials.used",
            "libp2p.pending.inbound.max",
            "libp2p.pending.inbound.used",
            "libp2p.rate.limit.prefixes.max",
            "libp2p.rate.limit.prefixes.used",
            "libp2p.resources.max",
            "libp2p.resources.used");
  }
}
