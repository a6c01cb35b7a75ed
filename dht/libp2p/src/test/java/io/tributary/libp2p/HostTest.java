package io.tributary.libp2p;

import static io.tributary.libp2p.TestHosts.await;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.libp2p.identity.PrivateKey;
import io.tributary.libp2p.perf.PerfService;
import io.tributary.libp2p.ping.PingService;
import io.tributary.libp2p.security.SecurityProtocol;
import io.tributary.libp2p.security.noise.NoiseProtocol;
import io.tributary.libp2p.security.tls.TlsProtocol;
import io.tributary.libp2p.stream.BlockingStream;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
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

  /** The example of the README. */
  @Test
  void protocolServedByWaitingThreads_answers() throws Exception {
    Duration timeout = Duration.ofSeconds(10);
    ExecutorService threads = Executors.newCachedThreadPool();
    Host server = hosts.listening(TlsProtocol::new);
    Host client = hosts.dialling(TlsProtocol::new);
    server.handle(
        "/upper/1.0.0",
        stream ->
            BlockingStream.serve(
                stream,
                timeout,
                threads,
                talk -> {
                  String asked = new String(talk.input().readNBytes(1000), UTF_8);
                  talk.output().write(asked.toUpperCase(Locale.ROOT).getBytes(UTF_8));
                  talk.output().close();
                }));

    Connection connection = client.connect(TestHosts.addressOf(server)).sync().getNow();
    io.tributary.libp2p.Stream stream = connection.newStream("/upper/1.0.0").sync().getNow();
    try (BlockingStream talk = new BlockingStream(stream, timeout)) {
      talk.output().write("hello".getBytes(UTF_8));
      talk.output().close();
      assertThat(new String(talk.input().readNBytes(1000), UTF_8)).isEqualTo("HELLO");
    } finally {
      threads.shutdownNow();
    }
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
