package io.tributary.libp2p.hostile;

import static io.tributary.libp2p.hostile.Frames.concat;
import static io.tributary.libp2p.hostile.Frames.message;
import static io.tributary.libp2p.hostile.Frames.proposal;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.tributary.libp2p.identity.PrivateKey;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whoever is unkind before a connection stands: it does not come to be, for a reason with a name.
 */
class HostileUpgradeTest {
  private static final String NEGOTIATION = "upgrade INBOUND SECURITY_NEGOTIATION ";
  private static final String HANDSHAKE = "upgrade INBOUND SECURITY_HANDSHAKE ";
  private static final String MUXER = "upgrade INBOUND MUXER_NEGOTIATION ";
  private static final byte[] NOTHING = {};
  private static final byte[] NOISE = proposal("/noise");
  private static final byte[] TLS = proposal("/tls/1.0.0");

  private static Victim victim;

  @BeforeAll
  static void start() {
    victim = new Victim(Duration.ofMillis(400), builder -> builder.inboundRate(1000, 1000));
  }

  @AfterEach
  void everybodyElseIsUnharmed() {
    victim.assertUnharmed();
  }

  @AfterAll
  static void stop() {
    victim.close();
  }

  static java.util.stream.Stream<Arguments> silences() {
    return java.util.stream.Stream.of(
        Arguments.of("before anything", NOTHING, NEGOTIATION + "TIMEOUT"),
        Arguments.of("after a byte", new byte[] {19}, NEGOTIATION + "TIMEOUT"),
        Arguments.of("after the header", message("/multistream/1.0.0"), NEGOTIATION + "TIMEOUT"),
        Arguments.of("after a refused proposal", proposal("/nope"), NEGOTIATION + "TIMEOUT"),
        Arguments.of("after Noise was agreed", NOISE, HANDSHAKE + "HANDSHAKE_TIMEOUT"),
        Arguments.of(
            "in Noise's first length",
            concat(NOISE, new byte[] {0}),
            HANDSHAKE + "HANDSHAKE_TIMEOUT"),
        Arguments.of(
            "in Noise's first message",
            concat(NOISE, new byte[] {0, 32}, new byte[31]),
            HANDSHAKE + "HANDSHAKE_TIMEOUT"),
        Arguments.of(
            "after Noise's first message",
            concat(NOISE, new byte[] {0, 32}, someKey()),
            HANDSHAKE + "HANDSHAKE_TIMEOUT"),
        Arguments.of("after TLS was agreed", TLS, HANDSHAKE + "HANDSHAKE_TIMEOUT"),
        Arguments.of(
            "in a TLS record",
            concat(TLS, new byte[] {22, 3, 1, 2, 0, 1}),
            HANDSHAKE + "HANDSHAKE_TIMEOUT"));
  }

  private static byte[] someKey() {
    byte[] key = new byte[32];
    new SplittableRandom(1).nextBytes(key);
    return key;
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("silences")
  void peerThatFallsSilent_isGivenUpAtTheDeadline(String when, byte[] sent, String counted) {
    int before = victim.metrics.count(counted);
    Channel peer = connect();

    send(peer, sent);

    awaitClosed(peer);
    victim.awaitCount(counted, before + 1);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("silences")
  void peerThatLeaves_isCountedByWhereItLeft(String when, byte[] sent, String silence) {
    boolean negotiating = silence.startsWith(NEGOTIATION);
    String counted = negotiating ? NEGOTIATION + "CLOSED" : HANDSHAKE + "CONNECTION_CLOSED";
    int before = victim.metrics.count(counted);
    Channel peer = connect();

    send(peer, sent);
    peer.close().awaitUninterruptibly();

    victim.awaitCount(counted, before + 1);
  }

  static java.util.stream.Stream<Arguments> nonsense() {
    return java.util.stream.Stream.of(
        Arguments.of("endless proposals", endless("/nope"), NEGOTIATION + "TOO_MANY_MESSAGES"),
        Arguments.of("endless lists", endless("ls"), NEGOTIATION + "TOO_MANY_MESSAGES"),
        Arguments.of(
            "simultaneous open, for ever",
            endless("/libp2p/simultaneous-connect"),
            NEGOTIATION + "TOO_MANY_MESSAGES"),
        Arguments.of(
            "a length of 2^63", Frames.varint(Long.MIN_VALUE), NEGOTIATION + "MESSAGE_TOO_LONG"),
        Arguments.of("a length of 1025", Frames.varint(1025), NEGOTIATION + "MESSAGE_TOO_LONG"),
        Arguments.of("a length of 0", new byte[] {0}, NEGOTIATION + "MALFORMED_MESSAGE"),
        Arguments.of(
            "a length with a spare byte",
            new byte[] {(byte) 0x80, 0},
            NEGOTIATION + "MALFORMED_MESSAGE"),
        Arguments.of("another version", message("/multistream/2.0.0"), NEGOTIATION + "BAD_HEADER"),
        Arguments.of(
            "HTTP",
            "GET /index.html HTTP/1.1\r\nHost: example.org\r\nUser-Agent: somebody/1.0 (of somewhere)\r\n\r\n"
                .getBytes(StandardCharsets.US_ASCII),
            NEGOTIATION + "MALFORMED_MESSAGE"),
        Arguments.of(
            "TLS without negotiation",
            concat(new byte[] {22, 3, 1, 2, 0}, new byte[512]),
            NEGOTIATION + "MALFORMED_MESSAGE"),
        Arguments.of(
            "a giant Noise message",
            concat(NOISE, new byte[] {-1, -1}),
            HANDSHAKE + "MESSAGE_TOO_LONG"),
        Arguments.of(
            "a Noise message without room for a key",
            concat(NOISE, new byte[] {0, 31}, new byte[31]),
            HANDSHAKE + "MALFORMED"),
        Arguments.of(
            "a third Noise message of nonsense",
            concat(NOISE, new byte[] {0, 32}, someKey(), new byte[] {0, 96}, new byte[96]),
            HANDSHAKE + "DECRYPT_FAILED"),
        Arguments.of(
            "a Noise key of small order",
            concat(NOISE, new byte[] {0, 32}, new byte[32]),
            HANDSHAKE + "MALFORMED"),
        Arguments.of(
            "no TLS where TLS was agreed",
            concat(TLS, "GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII)),
            HANDSHAKE + "MALFORMED"),
        Arguments.of(
            "a giant TLS record",
            concat(TLS, new byte[] {22, 3, 1, -1, -1}, new byte[70_000]),
            HANDSHAKE + "TLS_FAILED"));
  }

  private static byte[] endless(String text) {
    byte[][] parts = new byte[200][];
    java.util.Arrays.fill(parts, message(text));
    parts[0] = message("/multistream/1.0.0");
    return concat(parts);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("nonsense")
  void nonsense_endsTheConnection(String what, byte[] sent, String counted) {
    int before = victim.metrics.count(counted);
    Channel peer = connect();
    AtomicLong answered = new AtomicLong();
    peer.pipeline().addLast(new Counting(answered));

    send(peer, sent);

    awaitClosed(peer);
    victim.awaitCount(counted, before + 1);
    assertThat(answered.get()).as("bytes of answers").isLessThan(8192);
  }

  @Test
  void noise_seededGarbage_neverConnects() {
    for (long seed = 0; seed < 100; seed++) {
      SplittableRandom dice = new SplittableRandom(seed);
      byte[] garbage = new byte[dice.nextInt(1, 4096)];
      dice.nextBytes(garbage);
      Channel peer = connect();
      send(peer, dice.nextBoolean() ? concat(NOISE, garbage) : garbage);
      peer.close();
    }
    assertThat(victim.metrics.count("opened INBOUND")).isLessThanOrEqualTo(3);
  }

  @Test
  void peerThatNamesNoMuxer_andFallsSilent_isGivenUp() {
    HostilePeer peer = withoutMuxer();

    peer.awaitClosed();
    victim.awaitCount(MUXER + "TIMEOUT", 1);
  }

  @Test
  void peerThatProposesMuxersForEver_isGivenUp() {
    HostilePeer peer = withoutMuxer();

    peer.send(Unpooled.wrappedBuffer(endless("/mplex/6.7.0")));

    peer.awaitClosed();
    victim.awaitCount(MUXER + "TOO_MANY_MESSAGES", 1);
  }

  @Test
  void peerThatSpeaksYamuxBeforeItIsAgreed_isGivenUp() {
    HostilePeer peer = withoutMuxer();

    peer.send(Frames.frame(Frames.PING, Frames.SYN, 0, 1));

    peer.awaitClosed();
    victim.awaitCount(MUXER + "MALFORMED_MESSAGE", 1);
  }

  private static HostilePeer withoutMuxer() {
    return HostilePeer.connect(victim.io(), victim.host, PrivateKey.generate(new SecureRandom()));
  }

  private static Channel connect() {
    return HostilePeer.open(victim.io(), victim.host);
  }

  private static void send(Channel peer, byte[] bytes) {
    if (bytes.length > 0) {
      peer.writeAndFlush(Unpooled.wrappedBuffer(bytes)).awaitUninterruptibly();
    }
  }

  private static void awaitClosed(Channel peer) {
    assertThat(peer.closeFuture().awaitUninterruptibly(20, TimeUnit.SECONDS))
        .as("the host closed the connection")
        .isTrue();
  }

  private static final class Counting extends ChannelInboundHandlerAdapter {
    private final AtomicLong bytes;

    Counting(AtomicLong bytes) {
      this.bytes = bytes;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
      bytes.addAndGet(((ByteBuf) message).readableBytes());
      ((ByteBuf) message).release();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      ctx.close();
    }
  }
}
