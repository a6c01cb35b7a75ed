package io.tributary.libp2p.transport.quic;

import static io.tributary.libp2p.TestHosts.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.quic.QuicChannel;
import io.netty.handler.codec.quic.QuicClientCodecBuilder;
import io.netty.handler.codec.quic.QuicSslContextBuilder;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import io.netty.util.concurrent.Future;
import io.tributary.libp2p.multiformats.Multiaddr;
import io.tributary.libp2p.muxer.CloseReason;
import io.tributary.libp2p.muxer.ReceiveBudget;
import io.tributary.libp2p.security.SecureChannelException.Reason;
import io.tributary.libp2p.stream.ByteStream;
import io.tributary.libp2p.stream.StreamHandler;
import io.tributary.libp2p.stream.StreamReset;
import io.tributary.libp2p.transport.DialTarget;
import io.tributary.libp2p.transport.DialTarget.LocalPort;
import io.tributary.libp2p.transport.IoEngine;
import io.tributary.libp2p.transport.TransportConnection;
import io.tributary.libp2p.upgrade.UpgradeException;
import java.io.IOException;
import java.net.BindException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class QuicTransportTest {
  private static final QuicOptions DEFAULTS = QuicOptions.defaults();
  private static final Duration SHORT = Duration.ofMillis(300);

  private static QuicOptions handshakes(int retryFrom, Duration deadline) {
    return DEFAULTS.with(
        new QuicOptions.Handshakes(16, retryFrom, Duration.ofSeconds(10), deadline));
  }

  private static InetSocketAddress socket(Multiaddr address) {
    return address.toSocketAddress().orElseThrow();
  }

  private static String reason(Future<?> failed) {
    return ((UpgradeException) failed.awaitUninterruptibly().cause()).reason();
  }

  private static boolean isFree(int port) {
    try (DatagramSocket probe = new DatagramSocket(port, InetAddress.getLoopbackAddress())) {
      return probe.isBound();
    } catch (IOException e) {
      return false;
    }
  }

  @ParameterizedTest
  @EnumSource(IoEngine.Kind.class)
  void everyKindOfLoop_carriesStreams(IoEngine.Kind kind) {
    if (!kind.isAvailable()) {
      return;
    }
    try (QuicPair pair = new QuicPair(DEFAULTS, DEFAULTS, kind)) {
      QuicPair.Side side = pair.connect();
      assertThat(side.transport.session().remotePeer()).isEqualTo(pair.serverId());
      assertThat(await(side.connection.ping())).isPositive();
      assertThat(side.connection.stats().roundTripNanos()).isPresent();
    }
  }

  @Test
  void busyListener_asksForAToken_andTakesIt() {
    try (QuicPair pair =
        new QuicPair(handshakes(0, Duration.ofSeconds(10)), DEFAULTS, IoEngine.Kind.preferred())) {
      assertThat(await(pair.connect().connection.ping())).isPositive();
    }
  }

  @Test
  void notAdmitted_getsNoAnswerButTokens() {
    try (QuicPair pair = new QuicPair(DEFAULTS, handshakes(0, SHORT), IoEngine.Kind.preferred())) {
      pair.door.isOpen = false;
      assertThat(reason(pair.dial())).isEqualTo(Reason.HANDSHAKE_TIMEOUT.name());
      assertThat(pair.door.accepted).isEmpty();
    }
  }

  @Test
  void clientWithoutCertificate_isRefused() throws Exception {
    try (QuicPair pair = new QuicPair(DEFAULTS)) {
      Channel udp =
          new Bootstrap()
              .group(pair.io.group())
              .channelFactory(pair.io::newDatagramSocket)
              .handler(
                  new QuicClientCodecBuilder()
                      .sslContext(
                          QuicSslContextBuilder.forClient()
                              .trustManager(InsecureTrustManagerFactory.INSTANCE)
                              .applicationProtocols(QuicTls.ALPN)
                              .endpointIdentificationAlgorithm(null)
                              .build())
                      .build())
              .bind(0)
              .sync()
              .channel();
      QuicChannel.newBootstrap(udp)
          .handler(new ChannelInboundHandlerAdapter())
          .remoteAddress(socket(pair.listener.address()))
          .connect();

      Awaitility.await().until(() -> !pair.door.failures.isEmpty());
      assertThat(pair.door.failures.get(0).step())
          .isEqualTo(UpgradeException.Step.SECURITY_HANDSHAKE);
      assertThat(pair.door.accepted).isEmpty();
      udp.close().sync();
    }
  }

  @Test
  void silentPeer_dialEndsAtTheDeadline_andLeavesNoSocket() throws IOException {
    try (QuicPair pair = new QuicPair(DEFAULTS, handshakes(0, SHORT), IoEngine.Kind.preferred());
        DatagramSocket silent = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
      Future<TransportConnection> dial = dialSilent(pair, silent);
      int port = portOfDialler(silent);
      assertThat(reason(dial)).isEqualTo(Reason.HANDSHAKE_TIMEOUT.name());
      Awaitility.await().until(() -> isFree(port));
    }
  }

  @Test
  void dialCancelled_leavesNoSocket() throws IOException {
    try (QuicPair pair = new QuicPair(DEFAULTS);
        DatagramSocket silent = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
      Future<TransportConnection> dial = dialSilent(pair, silent);
      int port = portOfDialler(silent);
      assertThat(isFree(port)).isFalse();

      assertThat(dial.cancel(false)).isTrue();

      Awaitility.await().until(() -> isFree(port));
    }
  }

  private static Future<TransportConnection> dialSilent(QuicPair pair, DatagramSocket silent) {
    return pair.client.dial(
        DialTarget.of(
            Multiaddr.quicV1((InetSocketAddress) silent.getLocalSocketAddress()),
            Optional.empty()));
  }

  private static int portOfDialler(DatagramSocket silent) throws IOException {
    silent.setSoTimeout(10_000);
    DatagramPacket first = new DatagramPacket(new byte[2048], 2048);
    silent.receive(first);
    return first.getPort();
  }

  @Test
  void clientThatStopsInTheMiddle_isGivenUpAtTheDeadline() throws IOException {
    try (QuicPair pair =
            new QuicPair(
                handshakes(16, Duration.ofSeconds(1)), DEFAULTS, IoEngine.Kind.preferred());
        DatagramSocket middle = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
      dialSilent(pair, middle);
      middle.setSoTimeout(10_000);
      DatagramPacket first = new DatagramPacket(new byte[2048], 2048);
      middle.receive(first);
      first.setSocketAddress(socket(pair.listener.address()));
      middle.send(first);

      Awaitility.await()
          .pollInterval(Duration.ofMillis(20))
          .until(() -> pair.server.pendingInbound() == 1);
      Awaitility.await().until(() -> !pair.door.failures.isEmpty());
      assertThat(pair.server.pendingInbound()).isZero();
      assertThat(pair.door.failures.get(0).reason()).isEqualTo(Reason.HANDSHAKE_TIMEOUT.name());
    }
  }

  @Test
  void dialsWithoutAListener_shareASocket_whichGoesWithTheLast() {
    try (QuicPair pair = new QuicPair(DEFAULTS)) {
      QuicPair.Side first = pair.connect();
      QuicPair.Side second = pair.connect();
      Awaitility.await().until(() -> pair.door.accepted.size() == 2);
      assertThat(pair.door.accepted.get(0).transport.remoteAddress())
          .isEqualTo(pair.door.accepted.get(1).transport.remoteAddress());
      int bound = socket(pair.door.accepted.get(0).transport.remoteAddress()).getPort();

      first.connection.close(CloseReason.CLOSED_LOCALLY);
      assertThat(await(second.connection.ping())).isPositive();
      assertThat(isFree(bound)).isFalse();
      second.connection.close(CloseReason.CLOSED_LOCALLY);

      Awaitility.await().until(() -> isFree(bound));
    }
  }

  @Test
  void listener_dialsFromItsOwnSocket_unlessAFreshOneIsWanted() {
    try (QuicPair pair = new QuicPair(DEFAULTS)) {
      Multiaddr own = await(pair.client.listen(QuicPair.LOOPBACK, new QuicPair.Door())).address();
      pair.connect();
      Awaitility.await().until(() -> pair.door.accepted.size() == 1);
      assertThat(pair.door.accepted.get(0).transport.remoteAddress()).isEqualTo(own);

      DialTarget target = DialTarget.of(pair.listener.address(), Optional.empty());
      await(pair.client.dial(target.from(LocalPort.FRESH)));
      Awaitility.await().until(() -> pair.door.accepted.size() == 2);
      assertThat(pair.door.accepted.get(1).transport.remoteAddress()).isNotEqualTo(own);
    }
  }

  @Test
  void noListener_dialFromOne_isRefused() {
    try (QuicPair pair = new QuicPair(DEFAULTS)) {
      DialTarget target = DialTarget.of(pair.listener.address(), Optional.empty());
      assertThat(pair.client.dial(target.from(LocalPort.LISTENING)).awaitUninterruptibly().cause())
          .isInstanceOf(BindException.class);
    }
  }

  @Test
  void datagramOfNoQuic_goesOutFromTheListeningSocket_andIsIgnoredOnArrival() throws IOException {
    try (QuicPair pair = new QuicPair(DEFAULTS);
        DatagramSocket other = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
      other.setSoTimeout(10_000);
      await(
          pair.server.send(
              Multiaddr.quicV1((InetSocketAddress) other.getLocalSocketAddress()),
              Unpooled.directBuffer().writeZero(64)));
      DatagramPacket punch = new DatagramPacket(new byte[2048], 2048);
      other.receive(punch);
      assertThat(punch.getLength()).isEqualTo(64);
      assertThat(punch.getSocketAddress()).isEqualTo(socket(pair.listener.address()));

      SplittableRandom random = new SplittableRandom(1);
      for (int i = 0; i < 500; i++) {
        byte[] noise = new byte[random.nextInt(1, 1400)];
        random.nextBytes(noise);
        other.send(new DatagramPacket(noise, noise.length, socket(pair.listener.address())));
      }
      assertThat(await(pair.connect().connection.ping())).isPositive();
    }
  }

  @Test
  void silentConnection_isKeptAlive() {
    QuicOptions brief =
        DEFAULTS.with(new QuicOptions.Times(SHORT, Duration.ofSeconds(60), Duration.ofSeconds(20)));
    try (QuicPair pair = new QuicPair(brief)) {
      QuicPair.Side side = pair.connect();
      Awaitility.await().until(() -> !pair.door.accepted.isEmpty());
      Awaitility.await()
          .during(SHORT.multipliedBy(4))
          .until(() -> side.closed.isEmpty() && pair.door.accepted.get(0).closed.isEmpty());
    }
  }

  @Test
  void peerThatAnswersNothing_isGivenUp() {
    QuicOptions impatient =
        DEFAULTS.with(new QuicOptions.Times(Duration.ofSeconds(30), SHORT, SHORT));
    try (QuicPair pair = new QuicPair(DEFAULTS, impatient, IoEngine.Kind.preferred())) {
      pair.door.onStream = unanswered -> {};
      QuicPair.Side side = pair.connect();
      Awaitility.await().until(() -> !side.closed.isEmpty());
      assertThat(side.closed).isEqualTo(List.of(CloseReason.KEEP_ALIVE_TIMEOUT));
    }
  }

  @Test
  void idleConnection_ends() {
    // Neither side may ask: unattached connections have no keep-alive.
    QuicOptions brief =
        DEFAULTS.with(new QuicOptions.Times(SHORT, Duration.ofSeconds(60), Duration.ofSeconds(20)));
    try (QuicPair pair = new QuicPair(brief)) {
      pair.door.attaches = false;
      TransportConnection idle = await(pair.dial());
      int port = socket(idle.localAddress()).getPort();
      Awaitility.await().until(() -> isFree(port));
    }
  }

  @Test
  void streamsBeyondThePeersLimit_waitForTheirTurn() {
    QuicOptions few = DEFAULTS.with(new QuicOptions.Streams(4, 4096, 4096));
    try (QuicPair pair = new QuicPair(few, DEFAULTS, IoEngine.Kind.preferred())) {
      QuicPair.Side side = pair.connect();
      Awaitility.await().until(() -> !pair.door.accepted.isEmpty());
      AtomicInteger closed = new AtomicInteger();
      for (int i = 0; i < 50; i++) {
        side.connection
            .openStream()
            .addListener(
                (Future<ByteStream> opened) -> {
                  ByteStream stream = opened.getNow();
                  stream.handler(new Counting(closed));
                  stream.write(stream.allocator().directBuffer().writeLong(1));
                  stream.closeWrite();
                });
      }
      Awaitility.await().until(() -> closed.get() == 50);
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2})
  void streamsResetAtAnyMoment_allEnd_andNothingIsLeft(long seed) throws Exception {
    SplittableRandom random = new SplittableRandom(seed);
    try (QuicPair pair = new QuicPair(DEFAULTS)) {
      QuicPair.Side side = pair.connect();
      Awaitility.await().until(() -> !pair.door.accepted.isEmpty());
      QuicPair.Side server = pair.door.accepted.get(0);
      for (int i = 0; i < 1000; i++) {
        ByteStream stream = await(side.connection.openStream());
        stream.handler(new Counting(new AtomicInteger()));
        stream.write(stream.allocator().directBuffer().writeLong(1));
        if (random.nextBoolean()) {
          stream.closeWrite();
        }
        for (int spin = random.nextInt(100_000); spin > 0; spin--) {
          Thread.onSpinWait();
        }
        stream.reset(9);
      }
      Awaitility.await()
          .untilAsserted(
              () -> {
                assertThat(side.connection.stats().outboundStreams()).isZero();
                assertThat(server.connection.stats().inboundStreams()).as("seed %d", seed).isZero();
                assertThat(tableOf(side)).isEmpty();
                assertThat(tableOf(server)).isEmpty();
              });
      assertThat(side.inbound).isEmpty();
    }
  }

  /** The streams Netty knows of. */
  private static Map<?, ?> tableOf(QuicPair.Side side) throws ReflectiveOperationException {
    var channel = QuicConnection.class.getDeclaredField("channel");
    channel.setAccessible(true);
    Object quic = channel.get(side.connection);
    var streams = quic.getClass().getDeclaredField("streams");
    streams.setAccessible(true);
    return await(
        side.transport.eventLoop().submit(() -> Map.copyOf((Map<?, ?>) streams.get(quic))));
  }

  @Test
  void bytesHeldBeyondTheHostsBound_costTheGreediestStreams_andAreCountedToTheEnd() {
    int bound = 300_000;
    int each = 100_000;
    ReceiveBudget budget = new ReceiveBudget(0, bound);
    try (QuicPair pair = new QuicPair(DEFAULTS, DEFAULTS, IoEngine.Kind.preferred(), budget)) {
      pair.door.onStream = neverRead -> {};
      List<QuicPair.Side> sides = List.of(pair.connect(), pair.connect());
      AtomicInteger resets = new AtomicInteger();
      for (int i = 0; i < 10; i++) {
        ByteStream stream = await(sides.get(i % 2).connection.openStream());
        stream.handler(new CountingResets(resets));
        stream.write(stream.allocator().directBuffer(each).writeZero(each));
      }
      Awaitility.await()
          .untilAsserted(
              () -> {
                assertThat(budget.heldBytes()).isBetween((long) each, (long) bound);
                assertThat(resets).hasValueGreaterThanOrEqualTo(10 - bound / each);
              });
      sides.forEach(side -> side.connection.close(CloseReason.CLOSED_LOCALLY));
      Awaitility.await().until(() -> budget.heldBytes() == 0);
    }
  }

  @Test
  void connectionThatNobodyTook_leavesTheBudgetWithItsPeer() {
    ReceiveBudget budget = ReceiveBudget.ofDefaultSize();
    try (QuicPair pair = new QuicPair(DEFAULTS, DEFAULTS, IoEngine.Kind.preferred(), budget)) {
      pair.door.attaches = false;
      QuicPair.Side side = pair.connect();
      Awaitility.await().until(() -> budget.connections() == 1);
      side.connection.close(CloseReason.CLOSED_LOCALLY);
      Awaitility.await().until(() -> budget.connections() == 0);
    }
  }

  @Test
  void closedGracefully_streamsEndFirst() {
    try (QuicPair pair = new QuicPair(DEFAULTS)) {
      QuicPair.Side side = pair.connect();
      Awaitility.await().until(() -> !pair.door.accepted.isEmpty());
      AtomicInteger closed = new AtomicInteger();
      ByteStream stream = await(side.connection.openStream());
      stream.handler(new Counting(closed));
      side.connection.closeGracefully();
      stream.write(stream.allocator().directBuffer().writeLong(1));
      stream.closeWrite();

      Awaitility.await().until(() -> !side.closed.isEmpty());
      assertThat(closed).hasValue(1);
      assertThat(side.closed).isEqualTo(List.of(CloseReason.CLOSED_LOCALLY));
    }
  }

  @Test
  void listenerClosed_itsPortIsFreeAfterTheLastConnection() {
    try (QuicPair pair = new QuicPair(DEFAULTS)) {
      int port = socket(pair.listener.address()).getPort();
      QuicPair.Side side = pair.connect();
      // The listening side completes its handshake last.
      Awaitility.await().until(() -> !pair.door.accepted.isEmpty());
      Future<Void> closed = pair.listener.close();
      assertThat(await(side.connection.ping())).isPositive();
      assertThat(closed.isDone()).isFalse();
      side.connection.close(CloseReason.CLOSED_LOCALLY);
      await(closed);
      assertThat(isFree(port)).isTrue();
    }
  }

  private record Counting(AtomicInteger closed) implements StreamHandler {
    @Override
    public void onData(ByteBuf data) {
      data.release();
    }

    @Override
    public void onClosed() {
      closed.incrementAndGet();
    }

    @Override
    public void onReset(StreamReset reset) {}
  }

  private record CountingResets(AtomicInteger resets) implements StreamHandler {
    @Override
    public void onData(ByteBuf data) {
      data.release();
    }

    @Override
    public void onReset(StreamReset reset) {
      resets.incrementAndGet();
    }
  }
}
