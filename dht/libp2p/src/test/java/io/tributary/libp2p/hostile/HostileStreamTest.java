package io.tributary.libp2p.hostile;

import static io.tributary.libp2p.hostile.Frames.FIN;
import static io.tributary.libp2p.hostile.Frames.SYN;
import static io.tributary.libp2p.hostile.Frames.concat;
import static io.tributary.libp2p.hostile.Frames.data;
import static io.tributary.libp2p.hostile.Frames.message;
import static io.tributary.libp2p.hostile.Frames.open;
import static io.tributary.libp2p.hostile.Frames.proposal;
import static io.tributary.libp2p.hostile.Frames.varint;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import io.tributary.libp2p.TestProtocols;
import io.tributary.libp2p.identify.IdentifyMessage;
import io.tributary.libp2p.identity.PeerRecord;
import io.tributary.libp2p.identity.PrivateKey;
import io.tributary.libp2p.limits.Resource;
import io.tributary.libp2p.limits.ResourceLimits;
import io.tributary.libp2p.limits.ScopeLimit;
import io.tributary.libp2p.multiformats.Multiaddr;
import io.tributary.libp2p.multiformats.PeerId;
import io.tributary.libp2p.peers.PeerInfo;
import io.tributary.libp2p.ping.PingService;
import io.tributary.libp2p.wire.IdentifyMessages.Identify;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Whoever breaks the rules on a stream: the stream ends, for a reason with a name. */
class HostileStreamTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final Multiaddr SOMEWHERE = Multiaddr.parse("/ip4/192.0.2.7/tcp/4001");
  private static final int MAX_PER_PROTOCOL = 3;

  private static Victim victim;
  private HostilePeer peer;

  @BeforeAll
  static void start() {
    ResourceLimits usual = ResourceLimits.defaults();
    ResourceLimits limits =
        new ResourceLimits(
            usual.total(),
            new ScopeLimit(8, 8, 40, 40),
            usual.perProtocol(),
            usual.perPeerAndProtocol(),
            Map.of(TestProtocols.HOLD, ScopeLimit.streams(MAX_PER_PROTOCOL, MAX_PER_PROTOCOL)),
            256,
            256,
            768,
            960);
    victim =
        new Victim(
            Duration.ofMillis(700), builder -> builder.limits(limits).inboundRate(1000, 1000));
  }

  @BeforeEach
  void connect() {
    peer = victim.attacker();
  }

  @AfterEach
  void everybodyElseIsUnharmed() {
    peer.close();
    victim.assertUnharmed();
  }

  @AfterAll
  static void stop() {
    victim.close();
  }

  private static byte[] endless(String text) {
    byte[][] parts = new byte[200][];
    Arrays.fill(parts, message(text));
    parts[0] = message("/multistream/1.0.0");
    return concat(parts);
  }

  static java.util.stream.Stream<Arguments> negotiations() {
    byte[] header = message("/multistream/1.0.0");
    return java.util.stream.Stream.of(
        Arguments.of("nothing", new byte[0], "NEGOTIATION_TIMEOUT"),
        Arguments.of("a byte", new byte[] {19}, "NEGOTIATION_TIMEOUT"),
        Arguments.of("the header only", header, "NEGOTIATION_TIMEOUT"),
        Arguments.of("a refused proposal only", proposal("/nope"), "NEGOTIATION_TIMEOUT"),
        Arguments.of("endless proposals", endless("/nope"), "NEGOTIATION_FAILED"),
        Arguments.of("endless lists", endless("ls"), "NEGOTIATION_FAILED"),
        Arguments.of("a giant length", varint(Long.MAX_VALUE), "NEGOTIATION_FAILED"),
        Arguments.of("a length of 0", new byte[] {0}, "NEGOTIATION_FAILED"),
        Arguments.of("another header", proposalOf("/multistream/9"), "NEGOTIATION_FAILED"),
        Arguments.of(
            "no newline", concat(header, new byte[] {3, 'a', 'b', 'c'}), "NEGOTIATION_FAILED"));
  }

  private static byte[] proposalOf(String header) {
    return concat(message(header), message("/x"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("negotiations")
  void badNegotiation_endsTheStream(String what, byte[] sent, String reason) {
    String counted = "streamRefused INBOUND " + reason;
    int before = victim.metrics.count(counted);

    peer.send(data(SYN, 1, sent));

    victim.awaitCount(counted, before + 1);
    await().atMost(PATIENCE).until(() -> peer.wasReset(1));
    assertThat(peer.isOpen()).as("the connection goes on").isTrue();
    assertThat(peer.received(1).length).isLessThan(64 << 10);
  }

  @Test
  void streamEndedInTheNegotiation_isCounted() {
    String counted = "streamRefused INBOUND NEGOTIATION_FAILED";
    int before = victim.metrics.count(counted);

    peer.send(data(SYN | FIN, 1, message("/multistream/1.0.0")));

    victim.awaitCount(counted, before + 1);
  }

  @Test
  void streams_beyondThoseOfOnePeer_areRefused() {
    String counted = "streamRefused INBOUND LIMIT_REACHED";
    int before = victim.metrics.count(counted);

    for (int i = 0; i < 45; i++) {
      peer.send(data(SYN, 2 * i + 1, message("/multistream/1.0.0")));
    }

    victim.awaitCount(counted, before + 5);
    victim.awaitCount("limit PEER INBOUND_STREAMS", 5);
    assertThat(victim.host.resources().used(peer.identity().peerId(), Resource.INBOUND_STREAMS))
        .isLessThanOrEqualTo(40);
  }

  @Test
  void streams_beyondThoseOfOneProtocol_areRefused() {
    for (int i = 0; i < 5; i++) {
      peer.send(open(2 * i + 1, TestProtocols.HOLD));
    }

    victim.awaitCount("limit PROTOCOL INBOUND_STREAMS", 2);
    await().atMost(PATIENCE).until(() -> peer.wasReset(7) && peer.wasReset(9));
    assertThat(peer.wasReset(5)).isFalse();
  }

  @Test
  void pingStreams_beyondTwo_areRefused() {
    for (int i = 0; i < 4; i++) {
      peer.send(open(2 * i + 1, PingService.PROTOCOL_ID));
    }

    victim.awaitCount("streamEnded " + PingService.PROTOCOL_ID + " LIMIT_REACHED", 2);
    await().atMost(PATIENCE).until(() -> peer.wasReset(5) && peer.wasReset(7));
  }

  // Identify

  /** Tells news, on a stream of its own. */
  private void push(int streamId, byte[] message) {
    pushRaw(streamId, Frames.delimited(message));
  }

  private void pushRaw(int streamId, byte[] bytes) {
    byte[] all = concat(proposal(IdentifyMessage.PUSH_PROTOCOL_ID), bytes);
    int first = Math.min(all.length, 200 << 10);
    peer.send(
        data(SYN, streamId, Arrays.copyOf(all, first)),
        data(FIN, streamId, Arrays.copyOfRange(all, first, all.length)));
  }

  private void awaitViolation(Runnable push) {
    String counted = "streamEnded " + IdentifyMessage.PUSH_PROTOCOL_ID + " PROTOCOL_VIOLATION";
    int streams = victim.metrics.count(counted);
    int rejections = victim.metrics.count("identify MALFORMED");
    push.run();
    victim.awaitCount(counted, streams + 1);
    victim.awaitCount("identify MALFORMED", rejections + 1);
    assertThat(info()).isEmpty();
  }

  private java.util.Optional<PeerInfo> info() {
    return victim.host.connection(peer.identity().peerId()).flatMap(each -> each.peerInfo());
  }

  @Test
  void agentVersionOfOneMebibyte_endsTheStream() {
    byte[] message =
        Identify.newBuilder().setAgentVersion("x".repeat(1 << 20)).build().toByteArray();
    awaitViolation(() -> pushRaw(1, Arrays.copyOf(Frames.delimited(message), 100_000)));
  }

  @Test
  void tenThousandAddresses_endTheStream() {
    Identify.Builder message = Identify.newBuilder();
    for (int i = 0; i < 10_000; i++) {
      Multiaddr address = Multiaddr.parse("/ip4/192.0." + i / 250 + "." + i % 250 + "/tcp/1");
      message.addListenAddrs(ByteString.copyFrom(address.toBytes()));
    }
    awaitViolation(() -> push(1, message.build().toByteArray()));
  }

  @Test
  void asMuchAsFits_isCutToTheBounds() {
    Identify.Builder message = Identify.newBuilder().setAgentVersion("y".repeat(500));
    for (int i = 0; i < 3_000; i++) {
      Multiaddr address = Multiaddr.parse("/ip4/192.0." + i / 250 + "." + i % 250 + "/tcp/1");
      message.addListenAddrs(ByteString.copyFrom(address.toBytes()));
      message.addProtocols("/p/" + i);
    }
    assertThat(message.build().getSerializedSize()).isLessThan(IdentifyMessage.MAX_BYTES);

    push(1, message.build().toByteArray());

    await().atMost(PATIENCE).until(() -> info().isPresent());
    PeerInfo info = info().orElseThrow();
    assertThat(info.listenAddresses()).hasSize(IdentifyMessage.MAX_ADDRESSES);
    assertThat(info.protocols()).hasSize(IdentifyMessage.MAX_PROTOCOLS);
    assertThat(info.agentVersion().orElseThrow()).hasSize(IdentifyMessage.MAX_TEXT_CHARS);
    assertThat(victim.host.addressBook().addresses(peer.identity().peerId())).hasSize(32);
  }

  @Test
  void endlessMessages_endTheStream() {
    byte[] empty = Frames.delimited(Identify.getDefaultInstance().toByteArray());
    byte[][] all = new byte[50][];
    Arrays.fill(all, empty);
    awaitViolation(() -> pushRaw(1, concat(all)));
  }

  static java.util.stream.Stream<Arguments> malformed() {
    return java.util.stream.Stream.of(
        Arguments.of("a length of 2^63", varint(Long.MIN_VALUE)),
        Arguments.of("a length of 64 KiB and one", varint(IdentifyMessage.MAX_BYTES + 1)),
        Arguments.of("a spare byte in the length", new byte[] {(byte) 0x81, 0, 1}),
        Arguments.of("a field of 2^31", Frames.delimited(new byte[] {10, -1, -1, -1, -1, 7})),
        Arguments.of("a group without end", Frames.delimited(new byte[] {0x0b, 0x0b, 0x0b})),
        Arguments.of("field 0", Frames.delimited(new byte[] {0, 0})),
        Arguments.of("a key of nonsense", Frames.delimited(new byte[] {10, 4, 8, 77, 18, 0})));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("malformed")
  void malformedIdentify_endsTheStream(String what, byte[] sent) {
    awaitViolation(() -> pushRaw(1, sent));
  }

  @Test
  void pushFlood_isCutOff_andTheConnectionGoesOn() {
    byte[] message = Identify.newBuilder().setAgentVersion("news").build().toByteArray();

    for (int i = 0; i < 60; i++) {
      push(2 * i + 1, message);
    }

    victim.awaitCount("identify TOO_MANY_PUSHES", 20);
    victim.awaitCount("streamEnded " + IdentifyMessage.PUSH_PROTOCOL_ID + " LIMIT_REACHED", 20);
    assertThat(peer.isOpen()).isTrue();
    assertThat(info().flatMap(PeerInfo::agentVersion)).contains("news");
  }

  @Test
  void keyOfAnotherPeer_isNotTaken() {
    PrivateKey other = PrivateKey.generate(new SecureRandom());
    byte[] message =
        Identify.newBuilder()
            .setPublicKey(ByteString.copyFrom(other.publicKey().encode()))
            .setAgentVersion("somebody else")
            .addListenAddrs(ByteString.copyFrom(SOMEWHERE.toBytes()))
            .build()
            .toByteArray();

    push(1, message);

    victim.awaitCount("identify KEY_OF_ANOTHER_PEER", 1);
    assertThat(info()).isEmpty();
    assertThat(victim.host.addressBook().addresses(peer.identity().peerId())).isEmpty();
    assertThat(victim.host.addressBook().addresses(other.peerId())).isEmpty();
  }

  private static byte[] withRecord(byte[] envelope) {
    return Identify.newBuilder()
        .setSignedPeerRecord(ByteString.copyFrom(envelope))
        .build()
        .toByteArray();
  }

  private static byte[] record(PrivateKey signer, PeerId of, long sequence, Multiaddr... where) {
    return new PeerRecord(of, sequence, List.of(where)).seal(signer).toBytes();
  }

  @Test
  void recordOfAnotherPeer_isNotTaken() {
    PrivateKey other = PrivateKey.generate(new SecureRandom());

    push(1, withRecord(record(other, other.peerId(), 1, SOMEWHERE)));

    victim.awaitCount("identify RECORD_OF_ANOTHER_PEER", 1);
    assertThat(victim.host.addressBook().record(other.peerId())).isEmpty();
    assertThat(victim.host.addressBook().addresses(other.peerId())).isEmpty();
    assertThat(victim.host.addressBook().record(peer.identity().peerId())).isEmpty();
  }

  @Test
  void recordWithAnAlteredSignature_isNotTaken() {
    PrivateKey own = peer.identity();
    byte[] record = record(own, own.peerId(), 1, SOMEWHERE);
    record[record.length - 3] ^= 1;

    push(1, withRecord(record));

    victim.awaitCount("identify BAD_RECORD", 1);
    assertThat(victim.host.addressBook().isCertified(own.peerId(), SOMEWHERE)).isFalse();
  }

  @Test
  void olderRecord_replayed_isIgnored() {
    PrivateKey own = peer.identity();
    Multiaddr elsewhere = Multiaddr.parse("/ip4/198.51.100.1/tcp/1");

    push(1, withRecord(record(own, own.peerId(), 7, SOMEWHERE)));
    await()
        .atMost(PATIENCE)
        .until(() -> victim.host.addressBook().isCertified(own.peerId(), SOMEWHERE));
    push(3, withRecord(record(own, own.peerId(), 6, elsewhere)));

    victim.awaitCount("identify STALE_RECORD", 1);
    assertThat(victim.host.addressBook().isCertified(own.peerId(), SOMEWHERE)).isTrue();
    assertThat(victim.host.addressBook().isCertified(own.peerId(), elsewhere)).isFalse();
  }

  @Test
  void recordOfManyAddresses_takesBoundedRoom() {
    PrivateKey own = peer.identity();
    Multiaddr[] many =
        IntStream.range(0, PeerRecord.MAX_ADDRESSES)
            .mapToObj(i -> Multiaddr.parse("/ip4/192.0.2." + i + "/tcp/1"))
            .toArray(Multiaddr[]::new);

    push(1, withRecord(record(own, own.peerId(), 1, many)));

    await()
        .atMost(PATIENCE)
        .until(() -> victim.host.addressBook().record(own.peerId()).isPresent());
    assertThat(victim.host.addressBook().addresses(own.peerId())).hasSize(32);
  }
}
