package io.tributary.libp2p.nat;

import static io.tributary.libp2p.TestHosts.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.libp2p.Connection;
import io.tributary.libp2p.Host;
import io.tributary.libp2p.TestHosts;
import io.tributary.libp2p.autonat.Standing;
import io.tributary.libp2p.dcutr.PunchResult;
import io.tributary.libp2p.limits.IpPrefix;
import io.tributary.libp2p.limits.PublicNetworks;
import io.tributary.libp2p.multiformats.Multiaddr;
import io.tributary.libp2p.relay.RelayCandidate;
import io.tributary.libp2p.relay.RelayLimits;
import io.tributary.libp2p.security.noise.NoiseProtocol;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The parts together, on loopback. */
class NatTraversalTest {
  private static final Duration WAIT = Duration.ofSeconds(40);

  private final TestHosts hosts = new TestHosts();

  @AfterEach
  void stop() {
    hosts.close();
  }

  private record Node(Host host, NatTraversal traversal) {}

  private Node node(NatOptions options, List<RelayCandidate> relays) {
    Host host =
        hosts.start(
            NoiseProtocol::new,
            builder ->
                builder
                    .listen(TestHosts.LOOPBACK)
                    .publicNetworks(new PublicNetworks(List.of(IpPrefix.parse("127.0.0.0/8")))));
    NatTraversal traversal =
        new NatTraversal(
            host,
            options,
            max -> host.io().group().next().newSucceededFuture(relays),
            new SecureRandom());
    traversal.open();
    return new Node(host, traversal);
  }

  @Test
  void hostThatCannotBeDialled_isReachedByARelay_andThenDirectly() {
    NatOptions defaults = NatOptions.defaults();
    Node relay =
        node(defaults.declared(Standing.PUBLIC).relaying(RelayLimits.defaults()), List.of());
    List<RelayCandidate> relays =
        List.of(new RelayCandidate(relay.host.peerId(), List.of(TestHosts.addressOf(relay.host))));
    Node home = node(defaults.declared(Standing.PRIVATE), relays);
    Node guest = node(defaults.declared(Standing.PRIVATE), List.of());

    Awaitility.await()
        .atMost(WAIT)
        .until(() -> !home.traversal.status().relayAddresses().isEmpty());
    Multiaddr circuit = home.traversal.status().relayAddresses().get(0);
    assertThat(home.host.addresses()).contains(circuit);
    Connection lent = await(guest.host.connect(circuit.withPeerId(home.host.peerId())));

    assertThat(lent.isLimited()).isTrue();
    Awaitility.await()
        .atMost(WAIT)
        .until(
            () ->
                guest
                    .host
                    .connection(home.host.peerId())
                    .filter(each -> !each.isLimited())
                    .isPresent());
    Awaitility.await()
        .atMost(WAIT)
        .until(
            () ->
                home.traversal.status().punches().entrySet().stream()
                    .anyMatch(each -> each.getKey().isDirect() && each.getValue() == 1));
    assertThat(home.traversal.status().punches()).containsEntry(PunchResult.NOT_MET, 0L);
    assertThat(relay.traversal.status().standing()).isEqualTo(Standing.PUBLIC);
    assertThat(relay.traversal.status().relay().orElseThrow().reservations()).isEqualTo(1);

    home.traversal.close();
    Awaitility.await().atMost(WAIT).until(() -> home.traversal.status().relayAddresses().isEmpty());
  }
}
