package io.tributary.libp2p.interop;

import static io.tributary.libp2p.TestHosts.await;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.databind.JsonNode;
import io.netty.util.concurrent.Future;
import io.tributary.libp2p.Connection;
import io.tributary.libp2p.Host;
import io.tributary.libp2p.Stream;
import io.tributary.libp2p.TestHosts;
import io.tributary.libp2p.TestProtocols;
import io.tributary.libp2p.identity.PrivateKey;
import io.tributary.libp2p.multiformats.Multiaddr;
import io.tributary.libp2p.perf.PerfService;
import io.tributary.libp2p.ping.PingService;
import io.tributary.libp2p.security.SecurityProtocol;
import io.tributary.libp2p.security.noise.NoiseProtocol;
import io.tributary.libp2p.security.tls.TlsProtocol;
import io.tributary.libp2p.stream.BlockingStream;
import io.tributary.libp2p.stream.ResetReason;
import io.tributary.libp2p.stream.StreamResetException;
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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A host against js-libp2p over TCP, in both directions. */
class HostInteropTest {
  private static final int MIB = 1 << 20;

  /** Bytes of the long streams; a gigabyte if asked for by {@code -Dinterop.bytes}. */
  private static final long LONG_BYTES = Long.getLong("interop.bytes", 64L * MIB);

  private static final Duration LONG_TIMEOUT = Duration.ofMinutes(2);

  enum Security {
    NOISE("noise"),
    TLS("tls");

    final String js;

    Security(String js) {
      this.js = js;
    }

    SecurityProtocol ours(PrivateKey identity) {
      return this == NOISE ? new NoiseProtocol(identity) : new TlsProtocol(identity);
    }
  }

  private final TestHosts hosts = new TestHosts();

  @AfterEach
  void stop() {
    hosts.close();
  }

  @ParameterizedTest
  @EnumSource(Security.class)
  void host_dialsJs(Security security) throws IOException {
    Host host = hosts.listening(security::ours);
    PingService ping = new PingService(host);
    try (JsPeer js = JsPeer.listenTcp("--security", security.js, "--agent", "js-tested/1")) {
      Connection connection = await(host.connect(js.address()));
      assertThat(connection.remotePeer()).isEqualTo(js.peerId());
      assertThat(connection.muxer()).isEqualTo("/yamux/1.0.0");

      assertThat(await(ping.ping(connection))).isPositive();
      assertThat(await(connection.ping())).isPositive();
      identified(host, connection, js);
      assertThat(await(PerfService.run(connection, 3 * MIB, 5 * MIB)).downloadBytes())
          .isEqualTo(5 * MIB);
      sink(connection, LONG_BYTES);
      resetByPeer(connection);
      unsupported(connection);
      backPressure(connection);
      manyStreams(connection);
    }
  }

  private static void identified(Host host, Connection connection, JsPeer js) {
    Awaitility.await().until(() -> connection.peerInfo().isPresent());
    var info = connection.peerInfo().orElseThrow();
    assertThat(info.agentVersion()).hasValue("js-tested/1");
    assertThat(info.protocols()).contains(TestProtocols.ECHO, PingService.PROTOCOL_ID);
    assertThat(info.observedAddress()).hasValue(connection.localAddress());
    assertThat(host.addressBook().isCertified(js.peerId(), js.address())).isTrue();

    js.awaitEvent("identified");
    Awaitility.await()
        .untilAsserted(
            () -> {
              JsonNode known = js.call("peer", "peer", host.peerId());
              assertThat(known.get("addresses").get(0).get("certified").asBoolean()).isTrue();
            });
    host.handle("/news/1.0.0", stream -> data -> data.release());
    Awaitility.await()
        .untilAsserted(
            () ->
                assertThat(js.call("peer", "peer", host.peerId()).get("protocols"))
                    .extracting(JsonNode::asText)
                    .contains("/news/1.0.0"));
  }

  private static void sink(Connection connection, long bytes) throws IOException {
    MessageDigest hash = TestProtocols.sha256();
    byte[] block = new byte[MIB];
    new SplittableRandom(1).nextBytes(block);
    Stream stream = await(connection.newStream(TestProtocols.SINK));
    try (BlockingStream blocking = new BlockingStream(stream, LONG_TIMEOUT)) {
      for (long left = bytes; left > 0; ) {
        int length = (int) Math.min(left, block.length);
        hash.update(block, 0, length);
        blocking.output().write(block, 0, length);
        left -= length;
      }
      blocking.output().close();
      DataInputStream answer = new DataInputStream(blocking.input());
      assertThat(answer.readLong()).isEqualTo(bytes);
      assertThat(answer.readNBytes(32)).isEqualTo(hash.digest());
      assertThat(answer.read()).isEqualTo(-1);
    }
  }

  private static void resetByPeer(Connection connection) throws IOException {
    try (BlockingStream blocking = open(connection, TestProtocols.RESET)) {
      blocking.output().write(1);
      assertThatExceptionOfType(StreamResetException.class)
          .isThrownBy(() -> blocking.input().read())
          .satisfies(e -> assertThat(e.reset().reason()).isEqualTo(ResetReason.RESET_BY_PEER));
    }
  }

  private static void unsupported(Connection connection) throws IOException {
    try (BlockingStream blocking = open(connection, "/nobody/speaks/this")) {
      blocking.output().write(1);
      assertThatExceptionOfType(StreamResetException.class)
          .isThrownBy(() -> blocking.input().read())
          .satisfies(
              e -> assertThat(e.reset().reason()).isEqualTo(ResetReason.PROTOCOL_UNSUPPORTED));
    }
    Stream chosen = await(connection.newStream(List.of("/nobody/speaks/that", TestProtocols.ECHO)));
    assertThat(chosen.protocol()).isEqualTo(TestProtocols.ECHO);
    chosen.reset(0);
  }

  private static void backPressure(Connection connection) throws IOException {
    Stream stream = await(connection.newStream(TestProtocols.HOLD));
    try (BlockingStream blocking = new BlockingStream(stream, LONG_TIMEOUT)) {
      byte[] block = new byte[64 * 1024];
      int written = 0;
      while (stream.isWritable()) {
        blocking.output().write(block);
        written += block.length;
        assertThat(written).isLessThan(64 * MIB);
      }
      assertThat(stream.writableBytes()).isZero();
    }
  }

  private static BlockingStream open(Connection connection, String protocol) {
    return new BlockingStream(await(connection.newStream(protocol)), Duration.ofSeconds(20));
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

  @ParameterizedTest
  @EnumSource(Security.class)
  void js_dialsHost(Security security) {
    Host host = hosts.listening(security::ours);
    TestProtocols protocols = new TestProtocols(host);
    PingService ping = new PingService(host);
    PerfService.answer(host);
    assertThat(ping).isNotNull();
    Multiaddr to = TestHosts.addressOf(host);
    try (JsPeer js = JsPeer.start("--security", security.js)) {
      JsonNode connection = js.dial(to);
      assertThat(connection.get("peer").asText()).isEqualTo(host.peerId().toString());
      assertThat(connection.get("muxer").asText()).isEqualTo("/yamux/1.0.0");
      assertThat(js.call("ping", "to", to).asInt()).isNotNegative();
      assertThat(js.awaitEvent("identified").get("signed").asBoolean()).isTrue();

      assertThat(js.call("echo", "to", to, "bytes", 3 * MIB + 1).get("same").asBoolean()).isTrue();
      JsonNode sent = js.call(LONG_TIMEOUT, "send", "to", to, "bytes", LONG_BYTES);
      assertThat(sent.get("reply").asText())
          .isEqualTo("%016x%s".formatted(LONG_BYTES, sent.get("sha256").asText()));
      JsonNode halfClosed = js.call("halfClose", "to", to);
      assertThat(halfClosed.get("reply").asText())
          .isEqualTo("0".repeat(16) + HexFormat.of().formatHex(TestProtocols.sha256().digest()));
      JsonNode parallel = js.call("parallel", "to", to, "streams", 1000, "bytes", 1000);
      assertThat(parallel.get("same").asInt()).as("%s", parallel).isEqualTo(1000);
      assertThat(js.call("perf", "to", to, "up", MIB, "down", 2 * MIB).get("down").asInt())
          .isEqualTo(2 * MIB);

      js.call("reset", "to", to);
      Awaitility.await().until(() -> !protocols.resets.isEmpty());
      assertThat(protocols.resets.get(0).reason()).isEqualTo(ResetReason.RESET_BY_PEER);
      assertThat(
              js.call("reset", "to", to, "protocol", "/reset/1.0.0", "wait", true)
                  .get("status")
                  .asText())
          .isEqualTo("reset");
      JsonNode flood = js.call("flood", "to", to, "bytes", 64 * MIB, "millis", 500);
      assertThat(flood.get("sent").asInt()).isBetween(1, 8 * MIB);
    }
  }
}
