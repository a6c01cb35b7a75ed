package io.tributary.libp2p.portmap;

import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.libp2p.Host;
import io.tributary.libp2p.TestHosts;
import io.tributary.libp2p.autonat.AutoNat;
import io.tributary.libp2p.autonat.AutoNatClient;
import io.tributary.libp2p.autonat.AutoNatLimits;
import io.tributary.libp2p.autonat.AutoNatServer;
import io.tributary.libp2p.autonat.Standing;
import io.tributary.libp2p.limits.IpPrefix;
import io.tributary.libp2p.limits.PublicNetworks;
import io.tributary.libp2p.multiformats.Multiaddr;
import io.tributary.libp2p.security.noise.NoiseProtocol;
import io.tributary.libp2p.time.EventLoopTimekeeper;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** A host that has its ports mapped, and peers that confirm that it can be dialled by them. */
class HostPortMappingTest {
  private static final Duration WAIT = Duration.ofSeconds(20);

  /** The gateway's outside; the host itself is at an address that counts as private. */
  private static final PublicNetworks OUTSIDE =
      new PublicNetworks(List.of(IpPrefix.parse("127.1.0.0/16")));

  /** Patient, as a busy machine needs. */
  private static PortMapTimes times() {
    PortMapTimes usual = PortMapTimes.defaults();
    return new PortMapTimes(
        usual.lease(),
        usual.watch(),
        usual.retry(),
        usual.maxRetry(),
        WAIT,
        usual.attempts(),
        usual.search(),
        usual.exchange(),
        WAIT);
  }

  private Host server(TestHosts hosts, String ip) {
    Host server =
        hosts.start(
            NoiseProtocol::new,
            builder ->
                builder.listen(Multiaddr.parse("/ip4/" + ip + "/tcp/0")).publicNetworks(OUTSIDE));
    new AutoNatServer(server, AutoNatLimits.defaults(), new SecureRandom()).open();
    return server;
  }

  @Test
  void mappedAddress_isACandidate_untilPeersHaveConfirmedIt() throws Exception {
    try (TestHosts hosts = new TestHosts();
        FakePmp gateway = new FakePmp(() -> System.nanoTime() / 1_000_000_000)) {
      gateway.external = "127.1.0.7";
      PortMapOptions options =
          new PortMapOptions(
              List.of(MapProtocol.PCP),
              times(),
              () -> Ip4.parse("127.0.0.1"),
              new GatewayDoors(gateway.port(), List.of(), 1));
      // All of loopback leads to it, as the mapped port of a gateway would.
      Host host =
          hosts.start(
              NoiseProtocol::new,
              builder ->
                  builder
                      .listen(Multiaddr.parse("/ip4/0.0.0.0/tcp/0"))
                      .publicNetworks(OUTSIDE)
                      .portMapping(options));
      PortMapping mapping = host.portMapping().orElseThrow();
      Awaitility.await().atMost(WAIT).until(() -> !host.candidateAddresses().isEmpty());
      Multiaddr mapped = host.candidateAddresses().iterator().next();
      assertThat(mapped.toString()).startsWith("/ip4/127.1.0.7/tcp/");
      assertThat(mapping.status().verdict()).isEqualTo(PortMapVerdict.MAPPED);
      assertThat(host.addresses()).doesNotContain(mapped);

      AutoNat autoNat =
          new AutoNat(
              host,
              new AutoNatClient(host, new SecureRandom()),
              new AutoNat.Options(
                  Duration.ofMillis(100), Duration.ofMinutes(15), Duration.ofMinutes(5)),
              new EventLoopTimekeeper(host.io().group().next(), host.clock()),
              (standing, reachable) -> reachable.forEach(host::addAddress));
      autoNat.open();
      TestHosts.connect(host, server(hosts, "127.1.0.2"));
      TestHosts.connect(host, server(hosts, "127.1.0.3"));

      Awaitility.await().atMost(WAIT).until(() -> autoNat.standing() == Standing.PUBLIC);
      assertThat(host.addresses()).contains(mapped);
      autoNat.close();
      host.close();
      assertThat(gateway.mapped).isEmpty();
    }
  }

  @Test
  void hostWithoutIt_hasNone() {
    try (TestHosts hosts = new TestHosts()) {
      Host host = hosts.listening(NoiseProtocol::new);
      assertThat(host.portMapping()).isEqualTo(Optional.empty());
      assertThat(host.candidateAddresses()).isEmpty();
    }
  }
}
