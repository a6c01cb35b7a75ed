package io.tributary.libp2p;

import static io.tributary.libp2p.TestHosts.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.libp2p.identity.PrivateKey;
import io.tributary.libp2p.perf.PerfService;
import io.tributary.libp2p.ping.PingService;
import io.tributary.libp2p.security.SecurityProtocol;
import io.tributary.libp2p.security.noise.NoiseProtocol;
import io.tributary.libp2p.security.tls.TlsProtocol;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class HostTest {

  private final TestHosts hosts = new TestHosts();

  static Stream<Function<PrivateKey, SecurityProtocol>> securities() {
    return Stream.of(TlsProtocol::new, NoiseProtocol::new);
  }

  @AfterEach
  void stop() {
    hosts.close();
  }

  @ParameterizedTest
  @MethodSource("securities")
  void peer_pinged_answers(Function<PrivateKey, SecurityProtocol> security) {
    Host server = hosts.listening(security);
    Host client = hosts.dialling(security);
    PingService ping = new PingService(client);
    new PingService(server);
    Connection connection = TestHosts.connect(client, server);

    assertThat(await(ping.ping(connection))).isPositive();
    assertThat(await(connection.ping())).isPositive();
    assertThat(connection.remotePeer()).isEqualTo(server.peerId());
  }

  @ParameterizedTest
  @MethodSource("securities")
  void manyBytes_bothWays_arrive(Function<PrivateKey, SecurityProtocol> security) {
    Host server = hosts.listening(security);
    Host client = hosts.dialling(security);
    PerfService.answer(server);
    Connection connection = TestHosts.connect(client, server);

    PerfService.Result result = await(PerfService.run(connection, 50_000_000, 70_000_000));

    assertThat(result.downloadBytes()).isEqualTo(70_000_000);
  }
}
