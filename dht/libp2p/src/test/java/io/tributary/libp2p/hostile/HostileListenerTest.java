package io.tributary.libp2p.hostile;

import static io.tributary.libp2p.hostile.Frames.concat;
import static io.tributary.libp2p.hostile.Frames.message;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.GlobalEventExecutor;
import io.tributary.libp2p.Connection;
import io.tributary.libp2p.DialException;
import io.tributary.libp2p.Host;
import io.tributary.libp2p.HostTimes;
import io.tributary.libp2p.TestHosts;
import io.tributary.libp2p.dial.RaceLostException;
import io.tributary.libp2p.identity.PrivateKey;
import io.tributary.libp2p.limits.Resource;
import io.tributary.libp2p.limits.ResourceLimits;
import io.tributary.libp2p.multiformats.Multiaddr;
import io.tributary.libp2p.multiformats.PeerId;
import io.tributary.libp2p.security.noise.AeadProvider;
import io.tributary.libp2p.security.noise.NoiseProtocol;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Whoever is dialled and does not behave: the dial fails, for a reason with a name. */
class HostileListenerTest {
  private static final Duration DEADLINE = Duration.ofMillis(400);
  private static final int MAX_DIALS = 4;

  private final TestHosts hosts = new TestHosts();
  private final CountingMetrics metrics = new CountingMetrics();
  private final ChannelGroup accepted = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
  private Host host;

  @BeforeEach
  void start() {
    host = dialler(Duration.ofSeconds(15));
  }

  private Host dialler(Duration dial) {
    HostTimes usual = HostTimes.defaults();
    ResourceLimits limits = ResourceLimits.defaults();
    return hosts.start(
        key -> new NoiseProtocol(key, AeadProvider.preferred(), DEADLINE, new SecureRandom()),
        builder ->
            builder
                .metrics(metrics)
                .limits(
                    new ResourceLimits(
                        limits.total(),
                        limits.perPeer(),
                        limits.perProtocol(),
                        limits.perPeerAndProtocol(),
                        Map.of(),
                        8,
                        MAX_DIALS,
                        100,
                        100))
                .times(
                    new HostTimes(
                        DEADLINE,
                        DEADLINE,
                        dial,
                        usual.dialHeadStart(),
                        usual.duplicateGrace(),
                        usual.trimGrace())));
  }

  @AfterEach
  void nothingIsLeft() {
    await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(
            () -> {
              assertThat(host.resources().used(Resource.OUTBOUND_CONNECTIONS)).isZero();
              assertThat(host.usage().pendingDials()).isZero();
              assertThat(accepted.size()).as("sockets at the other side").isZero();
            });
    hosts.close();
  }

  /** A listener that says something and then nothing more. */
  private Multiaddr listener(byte[] words, boolean closes) {
    Channel channel =
        new ServerBootstrap()
            .group(hosts.io().group())
            .channelFactory(hosts.io()::newServerSocket)
            .childHandler(new Saying(words, closes))
            .bind(TestHosts.LOOPBACK.toSocketAddress().orElseThrow())
            .syncUninterruptibly()
            .channel();
    return Multiaddr.tcp((InetSocketAddress) channel.localAddress());
  }

  private static Throwable failureAt(Future<Connection> dial, Multiaddr address) {
    assertThat(dial.awaitUninterruptibly(20_000)).isTrue();
    assertThat(dial.cause()).isInstanceOf(DialException.class);
    DialException failure = (DialException) dial.cause();
    assertThat(failure.reason()).isEqualTo(DialException.Reason.ALL_FAILED);
    assertThat(failure.getCause()).isInstanceOf(RaceLostException.class);
    RaceLostException lost = (RaceLostException) requireNonNull(failure.getCause());
    return requireNonNull(lost.failures().get(address));
  }

  static java.util.stream.Stream<Arguments> listeners() {
    byte[] header = message("/multistream/1.0.0");
    byte[] agreed = concat(header, message("/noise"));
    byte[][] refusals = new byte[100][];
    Arrays.fill(refusals, message("na"));
    return java.util.stream.Stream.of(
        Arguments.of("silent", new byte[0], false, "SECURITY_NEGOTIATION TIMEOUT"),
        Arguments.of("silent after its header", header, false, "SECURITY_NEGOTIATION TIMEOUT"),
        Arguments.of("gone at once", new byte[0], true, "SECURITY_NEGOTIATION CLOSED"),
        Arguments.of(
            "with nothing in common",
            concat(header, concat(refusals)),
            false,
            "SECURITY_NEGOTIATION NO_COMMON_PROTOCOL"),
        Arguments.of(
            "with an answer to no question",
            concat(header, message("/tls/9")),
            false,
            "SECURITY_NEGOTIATION UNEXPECTED_ANSWER"),
        Arguments.of(
            "with a giant length",
            Frames.varint(1L << 40),
            false,
            "SECURITY_NEGOTIATION MESSAGE_TOO_LONG"),
        Arguments.of(
            "silent in the handshake", agreed, false, "SECURITY_HANDSHAKE HANDSHAKE_TIMEOUT"),
        Arguments.of("gone in the handshake", agreed, true, "SECURITY_HANDSHAKE CONNECTION_CLOSED"),
        Arguments.of(
            "with a handshake of nonsense",
            concat(agreed, new byte[] {0, 96}, new byte[96]),
            false,
            "SECURITY_HANDSHAKE MALFORMED"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("listeners")
  void listenerThatMisbehaves_isGivenUp(String what, byte[] words, boolean closes, String reason) {
    Multiaddr address = listener(words, closes);
    PeerId peer = PrivateKey.generate(new SecureRandom()).peerId();

    Future<Connection> dial = host.connect(address.withPeerId(peer));

    assertThat(failureAt(dial, address)).isNotNull();
    assertThat(metrics.count("upgrade OUTBOUND " + reason)).isEqualTo(1);
    assertThat(metrics.count("dial ALL_FAILED")).isEqualTo(1);
  }

  @Test
  void anotherPeerThanWanted_isNotConnectedTo() {
    Host server = hosts.listening(NoiseProtocol::new);
    PeerId wanted = PrivateKey.generate(new SecureRandom()).peerId();
    Multiaddr address = server.listenAddresses().iterator().next();

    Future<Connection> dial = host.connect(address.withPeerId(wanted));

    assertThat(failureAt(dial, address)).hasMessageContaining("PEER_ID_MISMATCH");
    assertThat(metrics.count("upgrade OUTBOUND SECURITY_HANDSHAKE PEER_ID_MISMATCH")).isEqualTo(1);
    assertThat(host.connections()).isEmpty();
    assertThat(server.connections()).isEmpty();
  }

  @Test
  void dial_cancelled_leavesNoSocket() {
    Multiaddr address = listener(new byte[0], false);
    PeerId peer = PrivateKey.generate(new SecureRandom()).peerId();
    for (int i = 0; i < 20; i++) {
      Multiaddr dialled = i % 2 == 0 ? address : address.withPeerId(peer);
      assertThat(host.connect(dialled).cancel(false)).isTrue();
      await().atMost(Duration.ofSeconds(20)).until(() -> host.usage().pendingDials() == 0);
    }
  }

  @Test
  void dial_cancelledByOneOfTwoCallers_goesOnForTheOther() {
    Host server = hosts.listening(NoiseProtocol::new);
    Future<Connection> one = host.connect(TestHosts.addressOf(server));
    Future<Connection> other = host.connect(TestHosts.addressOf(server));

    one.cancel(false);

    Connection connection = TestHosts.await(other);
    assertThat(connection.isOpen()).isTrue();
    connection.close();
  }

  @Test
  void dials_beyondThePendingOnes_areRefused() {
    Multiaddr address = listener(new byte[0], false);
    List<Future<Connection>> dials = new ArrayList<>();
    for (int i = 0; i < MAX_DIALS / 2; i++) {
      PeerId peer = PrivateKey.generate(new SecureRandom()).peerId();
      dials.add(host.connect(address.withPeerId(peer)));
      dials.add(host.connect(address));
    }

    Future<Connection> further = host.connect(address);

    assertThat(further.cause()).isInstanceOf(DialException.class);
    assertThat(((DialException) further.cause()).reason())
        .isEqualTo(DialException.Reason.LIMIT_REACHED);
    assertThat(metrics.count("dial LIMIT_REACHED")).isEqualTo(1);
    dials.forEach(each -> each.cancel(false));
  }

  @Test
  void dial_beyondItsDeadline_leavesNoSocket() {
    Host hasty = dialler(Duration.ofMillis(100));
    Multiaddr address = listener(new byte[0], false);

    Future<Connection> dial = hasty.connect(address);

    assertThat(dial.awaitUninterruptibly(20_000)).isTrue();
    assertThat(((DialException) dial.cause()).reason()).isEqualTo(DialException.Reason.TIMEOUT);
    await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> hasty.resources().used(Resource.OUTBOUND_CONNECTIONS) == 0);
  }

  @Sharable
  private final class Saying extends ChannelInboundHandlerAdapter {
    private final byte[] words;
    private final boolean closes;

    Saying(byte[] words, boolean closes) {
      this.words = words;
      this.closes = closes;
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
      accepted.add(ctx.channel());
      if (words.length > 0) {
        ctx.writeAndFlush(Unpooled.copiedBuffer(words));
      }
      if (closes) {
        ctx.close();
      }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      ctx.close();
    }
  }
}
