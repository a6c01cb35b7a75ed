package io.tributary.libp2p.interop;

import static io.tributary.libp2p.TestHosts.await;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.netty.util.concurrent.Future;
import io.tributary.libp2p.Connection;
import io.tributary.libp2p.Host;
import io.tributary.libp2p.Stream;
import io.tributary.libp2p.TestHosts;
import io.tributary.libp2p.TestProtocols;
import io.tributary.libp2p.multiformats.Multiaddr;
import io.tributary.libp2p.perf.PerfService;
import io.tributary.libp2p.ping.PingService;
import io.tributary.libp2p.security.tls.TlsProtocol;
import io.tributary.libp2p.stream.BlockingStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A host against js-libp2p over QUIC, in both directions. */
class QuicInteropTest {
  private static final int MIB = 1 << 20;

  /** Bytes of the long streams; a gigabyte if asked for by {@code -Dinterop.bytes}. */
  private static final long LONG_BYTES = Long.getLong("interop.bytes", 64L * MIB);

  private static final Duration LONG_TIMEOUT = Duration.ofMinutes(2);
  private static final Multiaddr LOOPBACK = Multiaddr.parse("/ip4/127.0.0.1/udp/0/quic-v1");

  private final TestHosts hosts = new TestHosts();

  @AfterEach
  void stop() {
    hosts.close();
  }

  private Host host() {
    return hosts.start(TlsProtocol::new, builder -> builder.listen(LOOPBACK));
  }

  @Test
  void host_dialsJs() throws IOException {
    Host host = host();
    PingService ping = new PingService(host);
    try (JsPeer js = JsPeer.listenQuic("--agent", "js-tested/1")) {
      Connection connection = await(host.connect(js.address()));
      assertThat(connection.remotePeer()).isEqualTo(js.peerId());
      assertThat(connection.transport()).isEqualTo("quic");

      assertThat(await(ping.ping(connection))).isPositive();
      assertThat(await(connection.ping())).isPositive();
      Awaitility.await().until(() -> connection.peerInfo().isPresent());
      var info = connection.peerInfo().orElseThrow();
      assertThat(info.agentVersion()).hasValue("js-tested/1");
      // The dial came from the socket that is listened at.
      assertThat(info.observedAddress()).hasValue(host.listenAddresses().iterator().next());
      assertThat(await(PerfService.run(connection, 3 * MIB, 5 * MIB)).downloadBytes())
          .isEqualTo(5 * MIB);
      sink(connection);
      manyStreams(connection);
    }
  }

  private static void sink(Connection connection) throws IOException {
    MessageDigest hash = TestProtocols.sha256();
    byte[] block = new byte[MIB];
    new SplittableRandom(1).nextBytes(block);
    Stream stream = await(connection.newStream(TestProtocols.SINK));
    try (BlockingStream blocking = new BlockingStream(stream, LONG_TIMEOUT)) {
      for (long left = LONG_BYTES; left > 0; ) {
        int length = (int) Math.min(left, block.length);
        hash.update(block, 0, length);
        blocking.output().write(block, 0, length);
        left -= length;
      }
      blocking.output().close();
      DataInputStream answer = new DataInputStream(blocking.input());
      assertThat(answer.readLong()).isEqualTo(LONG_BYTES);
      assertThat(answer.readNBytes(32)).isEqualTo(hash.digest());
      assertThat(answer.read()).isEqualTo(-1);
    }
  }

  private static void manyStreams(Connection connection) throws IOException {
    List<Future<Stream>> opening = new ArrayList<>();
    for (int i = 0; i < 1000; i++) {
      opening.add(connection.newStream(TestProtocols.ECHO));
    }
    List<BlockingStream> streams = new ArrayList<>();
    for (int i = 0; i < opening.size(); i++) {
      BlockingStream stream = new BlockingStream(await(opening.get(i)), Duration.ofSeconds(20));
      streams.add(stream);
      stream.output().write(("stream " + i).getBytes(UTF_8));
      stream.output().close();
    }
    for (int i = 0; i < streams.size(); i++) {
      assertThat(new String(streams.get(i).input().readAllBytes(), UTF_8)).isEqualTo("stream " + i);
    }
  }

  @Test
  void js_dialsHost() {
    Host host = host();
    TestProtocols protocols = new TestProtocols(host);
    PingService ping = new PingService(host);
    PerfService.answer(host);
    assertThat(ping).isNotNull();
    Multiaddr to = TestHosts.addressOf(host);
    try (JsPeer js = JsPeer.start()) {
      JsonNode connection = js.dial(to);
      assertThat(connection.get("peer").asText()).isEqualTo(host.peerId().toString());
      assertThat(js.call("ping", "to", to).asInt()).isNotNegative();
      assertThat(js.awaitEvent("identified").get("signed").asBoolean()).isTrue();

      assertThat(js.call("echo", "to", to, "bytes", 3 * MIB + 1).get("same").asBoolean()).isTrue();
      JsonNode sent = js.call(LONG_TIMEOUT, "send", "to", to, "bytes", LONG_BYTES);
      assertThat(sent.get("reply").asText())
          .isEqualTo("%016x%s".formatted(LONG_BYTES, sent.get("sha256").asText()));
      JsonNode halfClosed = js.call("halfClose", "to", to);
      assertThat(halfClosed.get("reply").asText())
          .isEqualTo("0".repeat(16) + HexFormat.of().formatHex(TestProtocols.sha256().digest()));
      JsonNode parallel = js.call("parallel", "to", to, "streams", 200, "bytes", 1000);
      assertThat(parallel.get("same").asInt()).as("%s", parallel).isEqualTo(200);
      assertThat(js.call("perf", "to", to, "up", MIB, "down", 2 * MIB).get("down").asInt())
          .isEqualTo(2 * MIB);

      js.call("reset", "to", to);
      Awaitility.await().until(() -> !protocols.resets.isEmpty());
      JsonNode flood = js.call("flood", "to", to, "bytes", 64 * MIB, "millis", 500);
      assertThat(flood.get("sent").asInt()).isBetween(1, 24 * MIB);
    }
  }
}
