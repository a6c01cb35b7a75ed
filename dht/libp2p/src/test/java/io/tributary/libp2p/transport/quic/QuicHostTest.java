package io.tributary.libp2p.transport.quic;

import static io.tributary.libp2p.TestHosts.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.libp2p.Connection;
import io.tributary.libp2p.Host;
import io.tributary.libp2p.TestHosts;
import io.tributary.libp2p.multiformats.Multiaddr;
import io.tributary.libp2p.perf.PerfService;
import io.tributary.libp2p.ping.PingService;
import io.tributary.libp2p.security.tls.TlsProtocol;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Hosts that speak by QUIC. */
class QuicHostTest {
  private static final Multiaddr LOOPBACK = Multiaddr.parse("/ip4/127.0.0.1/udp/0/quic-v1");

  private final TestHosts hosts = new TestHosts();

  @AfterEach
  void stop() {
    hosts.close();
  }

  private Host listening() {
    return hosts.start(TlsProtocol::new, builder -> builder.listen(LOOPBACK));
  }

  private Host dialling() {
    return hosts.start(TlsProtocol::new, builder -> builder);
  }

  @Test
  void peer_pinged_answers() {
    Host server = listening();
    Host client = dialling();
    PingService ping = new PingService(client);
    assertThat(new PingService(server)).isNotNull();
    Connection connection = TestHosts.connect(client, server);

    assertThat(connection.transport()).isEqualTo("quic");
    assertThat(connection.remotePeer()).isEqualTo(server.peerId());
    assertThat(await(ping.ping(connection))).isPositive();
    assertThat(await(connection.ping())).isPositive();
  }

  @Test
  void manyBytes_bothWays_arrive() {
    Host server = listening();
    Host client = dialling();
    PerfService.answer(server);
    Connection connection = TestHosts.connect(client, server);

    PerfService.Result result = await(PerfService.run(connection, 50_000_000, 70_000_000));

    assertThat(result.downloadBytes()).isEqualTo(70_000_000);
  }
}
