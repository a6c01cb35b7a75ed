package io.tributary.libp2p.interop;

import static io.tributary.libp2p.TestHosts.await;
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
import io.tributary.libp2p.peers.PeerInfo;
import io.tributary.libp2p.perf.PerfService;
import io.tributary.libp2p.ping.PingService;
import io.tributary.libp2p.security.SecurityProtocol;
import io.tributary.libp2p.security.noise.NoiseProtocol;
import io.tributary.libp2p.security.tls.TlsProtocol;
import io.tributary.libp2p.stream.ResetReason;
import io.tributary.libp2p.trial.Trial;
import io.tributary.libp2p.trial.TrialPattern;
import java.time.Duration;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** A host against js-libp2p over TCP, in both directions. */
class HostInteropTest {
  private static final int MIB = 1 << 20;
  private static final String YAMUX = "/yamux/1.0.0";
  private static final Duration LONG = Duration.ofMinutes(2);

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

  /** One js peer for each security; it listens and dials. */
  private static final Map<Security, JsPeer> JS = new EnumMap<>(Security.class);

  private final TestHosts hosts = new TestHosts();

  /** A host with all protocols, and the js peer it meets. */
  private record Pair(Host host, TestProtocols protocols, PingService ping, JsPeer js) {

    Connection hostDials() {
      return await(host.connect(js.address()));
    }

    Trial hostTries() {
      return new Trial(hostDials(), LONG);
    }

    Multiaddr address() {
      return TestHosts.addressOf(host);
    }

    JsonNode jsDials() {
      return js.dial(address());
    }
  }

  @BeforeAll
  static void startJs() {
    for (Security security : Security.values()) {
      JS.put(
          security,
          JsPeer.listenTcp(
              "--security", security.js, "--agent", "js-tested/1", "--transports=tcp"));
    }
  }

  @AfterAll
  static void stopJs() {
    JS.values().forEach(JsPeer::close);
    JS.clear();
  }

  @AfterEach
  void stop() {
    hosts.close();
  }

  private Pair pair(Security security) {
    return pair(security, js(security));
  }

  private Pair pair(Security security, JsPeer js) {
    Host host = hosts.listening(security::ours);
    PerfService.answer(host);
    return new Pair(host, new TestProtocols(host), new PingService(host), js);
  }

  private static JsPeer js(Security security) {
    JsPeer peer = JS.get(security);
    if (peer == null) {
      throw new AssertionError("not started");
    }
    return peer;
  }

  // Connecting

  @ParameterizedTest
  @EnumSource(Security.class)
  void host_dials_andPings(Security security) {
    Pair pair = pair(security);

    Connection connection = pair.hostDials();

    assertThat(connection.remotePeer()).isEqualTo(pair.js.peerId());
    assertThat(connection.muxer()).isEqualTo(YAMUX);
    assertThat(connection.security()).contains(security.js);
    assertThat(await(pair.ping.ping(connection))).isPositive();
    assertThat(await(connection.ping())).isPositive();
  }

  @ParameterizedTest
  @EnumSource(Security.class)
  void js_dials_andPings(Security security) {
    Pair pair = pair(security);

    JsonNode connection = pair.jsDials();

    assertThat(connection.get("peer").asText()).isEqualTo(pair.host.peerId().toString());
    assertThat(connection.get("muxer").asText()).isEqualTo(YAMUX);
    assertThat(connection.get("security").asText()).contains(security.js);
    assertThat(pair.js.call("ping", "to", pair.address()).asInt()).isNotNegative();
  }

  /** js that has no say in the handshake about the muxer, as peers without the extension. */
  @ParameterizedTest
  @EnumSource(Security.class)
  void muxerThatTheHandshakeDoesNotName_isNegotiatedAfterIt(Security security) {
    try (JsPeer late = JsPeer.listenTcp("--security", security.js, "--late-muxer")) {
      Pair dialler = pair(security, late);
      assertThat(dialler.hostDials().muxer()).isEqualTo(YAMUX);
      assertThat(await(dialler.hostTries().echo(MIB)).receivedBytes()).isEqualTo(MIB);

      Pair listener = pair(security, late);
      assertThat(listener.jsDials().get("muxer").asText()).isEqualTo(YAMUX);
      JsonNode echo = late.call("echo", "to", listener.address(), "bytes", MIB);
      assertThat(echo.get("same").asBoolean()).isTrue();
    }
  }

  // Identify

  @ParameterizedTest
  @EnumSource(Security.class)
  void host_learnsWhatJsIs(Security security) {
    Pair pair = pair(security);
    Connection connection = pair.hostDials();

    Awaitility.await().until(() -> connection.peerInfo().isPresent());
    PeerInfo info = connection.peerInfo().orElseThrow();
    assertThat(info.agentVersion()).hasValue("js-tested/1");
    assertThat(info.protocols()).contains(TestProtocols.ECHO, PingService.PROTOCOL_ID);
    assertThat(info.observedAddress()).hasValue(connection.localAddress());
    assertThat(pair.host.addressBook().isCertified(pair.js.peerId(), pair.js.address())).isTrue();
  }

  @ParameterizedTest
  @EnumSource(Security.class)
  void js_learnsWhatTheHostIs(Security security) {
    Pair pair = pair(security);
    pair.jsDials();

    JsonNode identified = identified(pair);
    assertThat(identified.get("signed").asBoolean()).isTrue();
    assertThat(identified.get("agent").asText()).isEqualTo("tributary-libp2p");
    Awaitility.await()
        .untilAsserted(
            () -> {
              JsonNode known = known(pair);
              assertThat(known.get("protocols"))
                  .extracting(JsonNode::asText)
                  .contains(TestProtocols.ECHO, PingService.PROTOCOL_ID);
              assertThat(known.get("addresses").get(0).get("certified").asBoolean()).isTrue();
            });
  }

  private static JsonNode identified(Pair pair) {
    String peer = pair.host.peerId().toString();
    return pair.js.awaitEvent(
        event ->
            event.get("event").asText().equals("identified")
                && event.get("peer").asText().equals(peer),
        JsPeer.TIMEOUT);
  }

  private static JsonNode known(Pair pair) {
    return pair.js.call("peer", "peer", pair.host.peerId());
  }

  @ParameterizedTest
  @EnumSource(Security.class)
  void host_tellsJsOfNewProtocolsAndAddresses(Security security) {
    Pair pair = pair(security);
    Connection connection = pair.hostDials();
    Awaitility.await().until(() -> connection.peerInfo().isPresent());
    identified(pair);

    Multiaddr more = Multiaddr.parse("/ip4/192.0.2.7/tcp/4001");
    pair.host.handle("/news/1.0.0", stream -> data -> data.release());
    pair.host.addAddress(more);

    Awaitility.await()
        .untilAsserted(
            () -> {
              JsonNode known = known(pair);
              assertThat(known.get("protocols"))
                  .extracting(JsonNode::asText)
                  .contains("/news/1.0.0");
              assertThat(known.get("addresses"))
                  .anySatisfy(
                      address -> {
                        assertThat(address.get("address").asText()).startsWith(more.toString());
                        assertThat(address.get("certified").asBoolean()).isTrue();
                      });
            });
  }

  @ParameterizedTest
  @EnumSource(Security.class)
  void js_tellsTheHostOfNewProtocolsAndAddresses(Security security) {
    try (JsPeer changing = JsPeer.listenTcp("--security", security.js)) {
      Pair pair = pair(security, changing);
      Connection connection = pair.hostDials();
      Awaitility.await().until(() -> connection.peerInfo().isPresent());
      identified(pair);

      changing.call("handle", "protocol", "/js-news/1.0.0");
      changing.call("listen", "address", "/ip4/127.0.0.1/tcp/0");

      JsonNode addresses = changing.call("addresses");
      assertThat(addresses).hasSize(2);
      Awaitility.await()
          .untilAsserted(
              () -> {
                assertThat(connection.peerInfo().orElseThrow().protocols())
                    .contains("/js-news/1.0.0");
                for (JsonNode each : addresses) {
                  Multiaddr address = Multiaddr.parse(each.asText());
                  assertThat(pair.host.addressBook().isCertified(changing.peerId(), address))
                      .as("%s", address)
                      .isTrue();
                }
              });
    }
  }

  // Streams

  /** A whole gigabyte goes once each way, under either security once; the others are shorter. */
  @ParameterizedTest
  @CsvSource({"NOISE,64", "TLS,1024"})
  void host_sendsLong(Security security, long mebibytes) {
    assertThat(within(LONG, pair(security).hostTries().sink(mebibytes * MIB)).sentBytes())
        .isEqualTo(mebibytes * MIB);
  }

  @ParameterizedTest
  @CsvSource({"NOISE,64", "TLS,64"})
  void host_fetchesLong(Security security, long mebibytes) {
    assertThat(within(LONG, pair(security).hostTries().source(mebibytes * MIB)).receivedBytes())
        .isEqualTo(mebibytes * MIB);
  }

  @ParameterizedTest
  @CsvSource({"NOISE,1024", "TLS,64"})
  void js_sendsLong(Security security, long mebibytes) {
    Pair pair = pair(security);
    long bytes = mebibytes * MIB;
    JsonNode sent = pair.js.call(LONG, "send", "to", pair.address(), "bytes", bytes);
    assertThat(sent.get("reply").asText())
        .isEqualTo("%016x%s".formatted(bytes, sent.get("sha256").asText()));
  }

  @ParameterizedTest
  @CsvSource({"NOISE,64", "TLS,64"})
  void js_fetchesLong(Security security, long mebibytes) {
    Pair pair = pair(security);
    long bytes = mebibytes * MIB;
    JsonNode got = pair.js.call(LONG, "receive", "to", pair.address(), "bytes", bytes);
    assertThat(got.get("bytes").asLong()).isEqualTo(bytes);
    assertThat(got.get("sha256").asText())
        .isEqualTo(HexFormat.of().formatHex(TrialPattern.sha256(bytes)));
  }

  @ParameterizedTest
  @EnumSource(Security.class)
  void echoesAndPerf_bothWays(Security security) {
    Pair pair = pair(security);
    Trial trial = pair.hostTries();

    assertThat(await(trial.echo(3 * MIB + 1)).receivedBytes()).isEqualTo(3 * MIB + 1);
    assertThat(await(PerfService.run(trial.connection(), MIB, 2 * MIB)).downloadBytes())
        .isEqualTo(2 * MIB);
    JsonNode echo = pair.js.call("echo", "to", pair.address(), "bytes", 3 * MIB + 1);
    assertThat(echo.get("same").asBoolean()).isTrue();
    JsonNode perf = pair.js.call("perf", "to", pair.address(), "up", MIB, "down", 2 * MIB);
    assertThat(perf.get("down").asInt()).isEqualTo(2 * MIB);
  }

  @ParameterizedTest
  @EnumSource(Security.class)
  void host_opensAThousandStreamsAtOnce(Security security) {
    assertThat(await(pair(security).hostTries().echoes(1000, 1000)).receivedBytes())
        .isEqualTo(1_000_000);
  }

  @ParameterizedTest
  @EnumSource(Security.class)
  void js_opensAThousandStreamsAtOnce(Security security) {
    Pair pair = pair(security);
    JsonNode done = pair.js.call("parallel", "to", pair.address(), "streams", 1000, "bytes", 1000);
    assertThat(done.get("same").asInt()).as("%s", done).isEqualTo(1000);
  }

  @ParameterizedTest
  @EnumSource(Security.class)
  void halfClosedStreams_stillCarryTheAnswer(Security security) {
    Pair pair = pair(security);
    assertThat(await(pair.hostTries().sink(0)).sentBytes()).isZero();

    JsonNode byJs = pair.js.call("halfClose", "to", pair.address());
    assertThat(byJs.get("reply").asText())
        .isEqualTo("0".repeat(16) + HexFormat.of().formatHex(TrialPattern.sha256(0)));
  }

  /** js sends no codes: a reset by it has code 0. Codes between hosts are in HostStreamTest. */
  @ParameterizedTest
  @EnumSource(Security.class)
  void resets_areSeenByTheOther(Security security) {
    Pair pair = pair(security);
    assertThat(await(pair.hostTries().reset()).reason()).isEqualTo(ResetReason.RESET_BY_PEER);

    pair.js.call("reset", "to", pair.address());
    Awaitility.await().until(() -> !pair.protocols.resets.isEmpty());
    assertThat(pair.protocols.resets.get(0).reason()).isEqualTo(ResetReason.RESET_BY_PEER);

    JsonNode byHost =
        pair.js.call("reset", "to", pair.address(), "protocol", "/reset/1.0.0", "wait", true);
    assertThat(byHost.get("status").asText()).isEqualTo("reset");
  }

  @ParameterizedTest
  @EnumSource(Security.class)
  void unknownProtocols_areRefused(Security security) {
    Pair pair = pair(security);
    Connection connection = pair.hostDials();
    assertThat(await(new Trial(connection, LONG).refused("/nobody/speaks/this")).reason())
        .isEqualTo(ResetReason.PROTOCOL_UNSUPPORTED);
    Stream second = await(connection.newStream(List.of("/nobody/speaks/that", TestProtocols.ECHO)));
    assertThat(second.protocol()).isEqualTo(TestProtocols.ECHO);
    second.reset(0);

    assertThatExceptionOfType(JsPeerException.class)
        .isThrownBy(
            () -> pair.js.call("echo", "to", pair.address(), "protocol", "/nobody", "bytes", 1))
        .withMessageContaining("rotocol");
  }

  @ParameterizedTest
  @EnumSource(Security.class)
  void readersThatStop_stopTheWriter(Security security) {
    Pair pair = pair(security);
    assertThat(await(pair.hostTries().flood())).isBetween(1L, 8L * MIB);

    JsonNode byJs = pair.js.call("flood", "to", pair.address(), "bytes", 64 * MIB, "millis", 500);
    assertThat(byJs.get("sent").asInt()).isBetween(1, 8 * MIB);
    assertThat(pair.protocols.held).hasSize(1);
  }

  private static <T> T within(Duration timeout, Future<T> future) {
    assertThat(future.awaitUninterruptibly(timeout.toMillis())).as("done in time").isTrue();
    return await(future);
  }
}
