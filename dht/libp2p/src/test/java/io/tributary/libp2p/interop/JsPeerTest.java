package io.tributary.libp2p.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.databind.JsonNode;
import io.tributary.libp2p.identity.PeerRecord;
import io.tributary.libp2p.identity.PrivateKey;
import io.tributary.libp2p.multiformats.Cid;
import io.tributary.libp2p.multiformats.Multiaddr;
import io.tributary.libp2p.multiformats.Multihash;
import java.util.HexFormat;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** That the fixture works, shown by js peers among themselves. */
@Tag("any-jdk") // both sides are js
class JsPeerTest {
  private static final int MIB = 1 << 20;

  @ParameterizedTest
  @CsvSource({
    "/ip4/127.0.0.1/tcp/0, noise, /noise, /yamux/1.0.0",
    "/ip4/127.0.0.1/tcp/0, tls, /tls/1.0.0, /yamux/1.0.0",
    "/ip4/127.0.0.1/udp/0/quic-v1, tls, native, quic",
  })
  void peers_connectAndStream(String listen, String offered, String security, String muxer) {
    try (JsPeer server = JsPeer.start("--listen", listen, "--security", offered);
        JsPeer client = JsPeer.start("--security", offered)) {
      Multiaddr to = server.address();

      JsonNode connection = client.dial(to);
      assertThat(connection.get("peer").asText()).isEqualTo(server.peerId().toString());
      assertThat(connection.get("security").asText()).isEqualTo(security);
      assertThat(connection.get("muxer").asText()).isEqualTo(muxer);
      assertThat(server.awaitEvent("connected").get("peer").asText())
          .isEqualTo(client.peerId().toString());
      assertThat(client.call("ping", "to", to).asInt()).isNotNegative();

      JsonNode echo = client.call("echo", "to", to, "bytes", MIB + 1);
      assertThat(echo.get("same").asBoolean()).isTrue();
      JsonNode sent = client.call("send", "to", to, "bytes", 4 * MIB);
      assertThat(sent.get("reply").asText())
          .isEqualTo("%016x%s".formatted(4 * MIB, sent.get("sha256").asText()));
      JsonNode received = client.call("receive", "to", to, "bytes", 4 * MIB);
      assertThat(received.get("sha256")).isEqualTo(sent.get("sha256"));
      JsonNode halfClosed = client.call("halfClose", "to", to);
      assertThat(halfClosed.get("reply").asText())
          .isEqualTo(
              "0".repeat(16) + HexFormat.of().formatHex(Multihash.sha256(new byte[0]).digest()));
      JsonNode parallel = client.call("parallel", "to", to, "streams", 50, "bytes", 1000);
      assertThat(parallel.get("same").asInt()).as("%s", parallel).isEqualTo(50);
      JsonNode perf = client.call("perf", "to", to, "up", MIB, "down", 2 * MIB);
      assertThat(perf.get("down").asInt()).isEqualTo(2 * MIB);
    }
  }

  @Test
  void stream_reset_isSeenOnTheOtherSide() {
    try (JsPeer server = JsPeer.listenTcp();
        JsPeer client = JsPeer.start()) {
      client.call("reset", "to", server.address());
      JsonNode failed = server.awaitEvent("stream-failed");
      assertThat(failed.get("protocol").asText()).isEqualTo("/echo/1.0.0");
      assertThat(failed.get("error").asText()).contains("reset");

      JsonNode waited =
          client.call("reset", "to", server.address(), "protocol", "/reset/1.0.0", "wait", true);
      assertThat(waited.get("status").asText()).isEqualTo("reset");
    }
  }

  @Test
  void stream_notRead_stopsItsWriter() {
    try (JsPeer server = JsPeer.listenTcp();
        JsPeer client = JsPeer.start()) {
      JsonNode flood =
          client.call("flood", "to", server.address(), "bytes", 64 * MIB, "millis", 500);

      assertThat(flood.get("sent").asInt()).isBetween(1, 8 * MIB);
      server.awaitEvent("held");
      server.awaitEvent("released");
    }
  }

  @Test
  void identify_bringsTheSignedRecordOfThePeer() {
    byte[] seed = new byte[32];
    try (JsPeer server =
            JsPeer.listenTcp("--seed", HexFormat.of().formatHex(seed), "--agent", "tested/1");
        JsPeer client = JsPeer.start()) {
      client.dial(server.address());
      client.awaitEvent("identified");
      JsonNode peer = client.call("peer", "peer", server.peerId());

      assertThat(server.peerId()).isEqualTo(PrivateKey.ofEd25519Seed(seed).peerId());
      assertThat(peer.get("agent").asText()).isEqualTo("tested/1");
      assertThat(peer.get("protocols"))
          .extracting(JsonNode::asText)
          .contains("/ipfs/id/1.0.0", "/ipfs/ping/1.0.0", "/echo/1.0.0");
      PeerRecord record =
          PeerRecord.open(HexFormat.of().parseHex(peer.get("signedRecord").asText()));
      assertThat(record.peerId()).isEqualTo(server.peerId());
      assertThat(record.addresses()).containsExactly(server.address().withoutPeerId());
    }
  }

  @Test
  void dht_findsProvidersPeersAndValues() {
    String[] flags = {"--dht", "server", "--dht-protocol", "/test/kad/1.0.0"};
    try (JsPeer one = JsPeer.listenTcp(flags);
        JsPeer two = JsPeer.listenTcp(flags);
        JsPeer three = JsPeer.listenTcp(flags)) {
      for (JsPeer other : new JsPeer[] {two, three}) {
        other.dial(one.address());
        other.awaitEvent("identified");
        one.awaitEvent("identified");
      }
      awaitDht(one, 2);
      awaitDht(two, 1);
      awaitDht(three, 1);
      Cid cid = new Cid(Cid.RAW, Multihash.sha256(new byte[] {1}));

      two.call("provide", "cid", cid);
      JsonNode providers = three.call("findProviders", "cid", cid);
      assertThat(providers.get(0).get("peer").asText()).isEqualTo(two.peerId().toString());
      assertThat(three.call("findPeer", "peer", two.peerId()).get(0).asText())
          .startsWith(two.address().withoutPeerId().toString());
      two.call("put", "key", "/test/a", "value", "what");
      assertThat(three.call("get", "key", "/test/a").asText()).isEqualTo("what");
      assertThat(three.call("closest", "key", "x").size()).isPositive();
    }
  }

  /** The routing table takes a peer some time after it was identified. */
  private static void awaitDht(JsPeer peer, int size) {
    org.awaitility.Awaitility.await()
        .atMost(JsPeer.TIMEOUT)
        .until(() -> peer.call("dhtSize").asInt() >= size);
  }

  @Test
  void relay_carriesAConnection() {
    try (JsPeer relay = JsPeer.listenTcp("--relay", "server");
        JsPeer hidden =
            JsPeer.start("--relay", "client", "--listen", relay.address() + "/p2p-circuit");
        JsPeer client = JsPeer.start("--relay", "client")) {
      Multiaddr through = Multiaddr.parse(relay.address() + "/p2p-circuit/p2p/" + hidden.peerId());

      JsonNode connection = client.dial(through);

      assertThat(connection.get("peer").asText()).isEqualTo(hidden.peerId().toString());
      assertThat(connection.get("limited").asBoolean()).isTrue();
      assertThat(client.call("echo", "to", through, "bytes", 1000).get("same").asBoolean())
          .isTrue();
    }
  }

  @Test
  void command_thatFails_isAnException() {
    try (JsPeer peer = JsPeer.start()) {
      assertThatExceptionOfType(JsPeerException.class)
          .isThrownBy(() -> peer.call("nonsense"))
          .withMessageContaining("unknown command nonsense");
      assertThatExceptionOfType(JsPeerException.class)
          .isThrownBy(() -> peer.dial("/ip4/127.0.0.1/tcp/1"));
      peer.call("stop");
      peer.awaitEnd();
      assertThatExceptionOfType(JsPeerException.class).isThrownBy(() -> peer.call("addresses"));
    }
  }

  @Test
  void peer_thatCannotStart_isAnException() {
    try (JsPeer peer = JsPeer.start("--security", "rot13")) {
      assertThatExceptionOfType(JsPeerException.class)
          .isThrownBy(peer::peerId)
          .withMessageContaining("unknown choice rot13");
    }
  }

  @Test
  void answers_comeInAnyOrder() {
    try (JsPeer peer = JsPeer.start()) {
      IntStream.range(0, 100)
          .mapToObj(i -> peer.callAsync(i % 2 == 0 ? "addresses" : "connections"))
          .toList()
          .forEach(answer -> assertThat(answer.join()).isEmpty());
    }
  }
}
