package io.tributary.libp2p.hostile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tributary.libp2p.Connection;
import io.tributary.libp2p.Host;
import io.tributary.libp2p.HostBuilder;
import io.tributary.libp2p.HostTimes;
import io.tributary.libp2p.TestHosts;
import io.tributary.libp2p.TestProtocols;
import io.tributary.libp2p.identity.PrivateKey;
import io.tributary.libp2p.limits.Resource;
import io.tributary.libp2p.perf.PerfService;
import io.tributary.libp2p.ping.PingService;
import io.tributary.libp2p.security.noise.AeadProvider;
import io.tributary.libp2p.security.noise.NoiseProtocol;
import io.tributary.libp2p.security.tls.CertificateRotation;
import io.tributary.libp2p.security.tls.TlsProtocol;
import io.tributary.libp2p.security.tls.TlsProvider;
import io.tributary.libp2p.transport.IoEngine;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.function.UnaryOperator;

/** A host under attack, and a peer in order that is connected to it all the while. */
final class Victim implements AutoCloseable {
  private static final long TRANSFER_BYTES = 2_000_000;
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  final TestHosts hosts = new TestHosts();
  final CountingMetrics metrics = new CountingMetrics();
  final Host host;
  final TestProtocols protocols;
  private final Host friend;
  private final Connection friendship;
  private final PingService ping;

  Victim(UnaryOperator<HostBuilder> customize) {
    this(Duration.ofSeconds(10), customize);
  }

  /**
   * A victim and its friend.
   *
   * @param deadline of each step of an upgrade and of the negotiation of streams
   */
  Victim(Duration deadline, UnaryOperator<HostBuilder> customize) {
    HostTimes usual = HostTimes.defaults();
    HostTimes times =
        new HostTimes(
            deadline,
            deadline,
            usual.dial(),
            usual.dialHeadStart(),
            usual.duplicateGrace(),
            usual.trimGrace());
    host =
        hosts.start(
            key -> new NoiseProtocol(key, AeadProvider.preferred(), deadline, new SecureRandom()),
            builder ->
                customize.apply(
                    builder
                        .listen(TestHosts.LOOPBACK)
                        .security(
                            new TlsProtocol(
                                new CertificateRotation(
                                    PrivateKey.generate(new SecureRandom()),
                                    InstantSource.system(),
                                    new SecureRandom()),
                                TlsProvider.preferred(),
                                deadline))
                        .times(times)
                        .metrics(metrics)));
    protocols = new TestProtocols(host);
    PerfService.answer(host);
    new PingService(host);
    friend = hosts.dialling(NoiseProtocol::new);
    ping = new PingService(friend);
    friendship = TestHosts.connect(friend, host);
  }

  IoEngine io() {
    return hosts.io();
  }

  HostilePeer attacker() {
    return HostilePeer.connect(io(), host);
  }

  /** Waits until something has been reported. */
  void awaitCount(String name, int least) {
    await("reports of " + name)
        .atMost(PATIENCE)
        .untilAsserted(
            () ->
                assertThat(metrics.all())
                    .hasEntrySatisfying(
                        name, count -> assertThat(count).isGreaterThanOrEqualTo(least)));
  }

  /** Checks that the friend is served as ever, and that nothing is left of the attackers. */
  void assertUnharmed() {
    assertFriendIsServed();
    await("only the friend is left")
        .atMost(PATIENCE)
        .untilAsserted(
            () -> {
              assertThat(host.resources().used(Resource.INBOUND_CONNECTIONS)).isEqualTo(1);
              assertThat(host.resources().used(Resource.INBOUND_STREAMS)).isZero();
              assertThat(host.usage().pendingInbound()).isZero();
              assertThat(host.usage().memory().heldBytes()).isZero();
              assertThat(host.usage().memory().queuedBytes()).isZero();
              assertThat(host.usage().memory().grownBytes()).isZero();
            });
  }

  /** Checks that the friend's connection answers and carries a transfer to its end. */
  void assertFriendIsServed() {
    assertThat(friendship.isOpen()).as("the friend's connection").isTrue();
    assertThat(TestHosts.await(ping.ping(friendship))).isPositive();
    PerfService.Result result =
        TestHosts.await(PerfService.run(friendship, TRANSFER_BYTES, TRANSFER_BYTES));
    assertThat(result.downloadBytes()).isEqualTo(TRANSFER_BYTES);
  }

  Host friend() {
    return friend;
  }

  @Override
  public void close() {
    hosts.close();
  }
}
