package io.tributary.libp2p.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.util.concurrent.Future;
import io.tributary.libp2p.Connection;
import io.tributary.libp2p.Host;
import io.tributary.libp2p.HostTimes;
import io.tributary.libp2p.Stream;
import io.tributary.libp2p.TestProtocols;
import io.tributary.libp2p.hostile.CountingMetrics;
import io.tributary.libp2p.limits.IpPrefix;
import io.tributary.libp2p.limits.ResourceLimits;
import io.tributary.libp2p.multiformats.PeerId;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Which connections a host gives up when it has too many, in virtual time. */
class TrimmingTest {
  private static final int LOW = 3;
  private static final int HIGH = 5;
  private static final Duration GRACE = HostTimes.defaults().trimGrace();

  private final Simulation simulation = new Simulation(7);
  private final SimulatedHosts hosts = new SimulatedHosts(simulation);
  private final CountingMetrics metrics = new CountingMetrics();
  private final Host server = hosts.add(builder -> builder.metrics(metrics).limits(limits()));

  private static ResourceLimits limits() {
    ResourceLimits usual = ResourceLimits.defaults();
    return new ResourceLimits(
        usual.total(),
        usual.perPeer(),
        usual.perProtocol(),
        usual.perPeerAndProtocol(),
        Map.of(),
        256,
        256,
        LOW,
        HIGH);
  }

  @AfterEach
  void stop() {
    hosts.stop();
  }

  /** Connects that many more clients, a second apart, and returns their ids. */
  private List<PeerId> clients(int count) {
    return IntStream.range(0, count)
        .mapToObj(
            i -> {
              Host client = hosts.add(builder -> builder);
              Future<Connection> connecting = hosts.connect(hosts.all().size() - 1, 0);
              simulation.run(Duration.ofSeconds(1));
              assertThat(connecting.isSuccess()).isTrue();
              return client.peerId();
            })
        .toList();
  }

  private List<PeerId> connected() {
    return server.connections().stream().map(Connection::remotePeer).toList();
  }

  @Test
  void asManyAsTheHighMark_areLeftAlone() {
    clients(HIGH);
    simulation.run(GRACE.multipliedBy(3));
    assertThat(connected()).hasSize(HIGH);
  }

  @Test
  void theYoung_areSpared_untilTheyAreOldEnough_withNobodyElseComing() {
    clients(HIGH + 2);
    assertThat(connected()).hasSize(HIGH + 2);

    simulation.run(GRACE.multipliedBy(2));

    assertThat(connected()).hasSizeBetween(LOW, HIGH);
    assertThat(metrics.count("closed TRIMMED")).isGreaterThanOrEqualTo(2);
  }

  @Test
  void theOldestStay_ofThoseOfEqualWorth() {
    List<PeerId> peers = clients(HIGH);
    simulation.run(GRACE.multipliedBy(2));
    List<PeerId> late = clients(1);

    assertThat(connected()).contains(late.get(0)).contains(peers.get(0), peers.get(1));
    assertThat(connected()).doesNotContain(peers.get(4), peers.get(3));
    assertThat(connected()).hasSize(LOW);
  }

  @Test
  void theProtectedTheAllowedAndTheTagged_stay() {
    List<PeerId> peers = clients(HIGH);
    server.tags().protect(peers.get(4), "test");
    server.access().allow(peers.get(3));
    server.access().allow(IpPrefix.parse("10.0.0.3/32"));
    server.tags().tag(peers.get(1), "test", 10);
    server.tags().tag(peers.get(0), "test", -1);
    simulation.run(GRACE.multipliedBy(2));

    clients(1);

    assertThat(connected()).contains(peers.get(4), peers.get(3), peers.get(2));
    assertThat(connected()).doesNotContain(peers.get(0));
  }

  @Test
  void theProtected_stay_evenIfNothingElseIsLeft_untilTheyAreNoMore() {
    List<PeerId> peers = clients(HIGH + 3);
    peers.forEach(each -> server.tags().protect(each, "test"));
    simulation.run(GRACE.multipliedBy(3));
    assertThat(connected()).hasSize(HIGH + 3);

    peers.forEach(each -> server.tags().unprotect(each, "test"));
    simulation.run(GRACE.multipliedBy(2));

    assertThat(connected()).hasSize(LOW);
  }

  @Test
  void theBusy_stay_beforeTheIdle() {
    TestProtocols protocols = new TestProtocols(server);
    List<PeerId> peers = clients(HIGH);
    Host busy = hosts.all().get(HIGH);
    Future<Stream> stream =
        busy.newStream(
            server.peerId(), List.of(SimulatedHosts.address(0)), List.of(TestProtocols.HOLD));
    stream.getNow().write(stream.getNow().allocator().directBuffer().writeZero(10));
    simulation.run(GRACE.multipliedBy(2));
    assertThat(protocols.held).hasSize(1);

    clients(1);

    assertThat(connected()).contains(peers.get(HIGH - 1)).hasSize(LOW);
  }
}
