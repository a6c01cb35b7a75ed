package io.tributary.libp2p.transport.quic;

import static io.tributary.libp2p.TestHosts.await;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.netty.util.concurrent.Future;
import io.tributary.libp2p.Connection;
import io.tributary.libp2p.Host;
import io.tributary.libp2p.HostTimes;
import io.tributary.libp2p.Stream;
import io.tributary.libp2p.TestHosts;
import io.tributary.libp2p.TestProtocols;
import io.tributary.libp2p.dial.RaceLostException;
import io.tributary.libp2p.identity.PrivateKey;
import io.tributary.libp2p.multiformats.Multiaddr;
import io.tributary.libp2p.muxer.CloseReason;
import io.tributary.libp2p.perf.PerfService;
import io.tributary.libp2p.ping.PingService;
import io.tributary.libp2p.security.SecureChannelException.Reason;
import io.tributary.libp2p.security.tls.TlsProtocol;
import io.tributary.libp2p.stream.BlockingStream;
import io.tributary.libp2p.stream.ResetReason;
import io.tributary.libp2p.stream.StreamResetException;
import io.tributary.libp2p.upgrade.UpgradeException;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Hosts that speak by QUIC. */
class QuicHostTest {
  private static final Multiaddr LOOPBACK = Multiaddr.parse("/ip4/127.0.0.1/udp/0/quic-v1");
  private static final int MIB = 1 << 20;

  private final TestHosts hosts = new TestHosts();

  @AfterEach
  void stop() {
    hosts.close();
  }

  private Host listening() {
    return hosts.start(TlsProtocol::new, builder -> builder.listen(LOOPBACK));
  }

  private Host dialling() {
    return hosts.start(TlsProtocol::new, builder -> builder);
  }

  /** A host whose first address is never overtaken because the machine is slow. */
  private Host patient() {
    HostTimes usual = HostTimes.defaults();
    HostTimes times =
        new HostTimes(
            usual.upgradeNegotiation(),
            usual.streamNegotiation(),
            usual.dial(),
            usual.dial(),
            usual.duplicateGrace(),
            usual.trimGrace());
    return hosts.start(TlsProtocol::new, builder -> builder.times(times));
  }

  private static BlockingStream open(Connection connection, String protocol) {
    return new BlockingStream(await(connection.newStream(protocol)), Duration.ofSeconds(20));
  }

  @Test
  void peer_pinged_answers() {
    Host server = listening();
    Host client = dialling();
    PingService ping = new PingService(client);
    assertThat(new PingService(server)).isNotNull();
    Connection connection = TestHosts.connect(client, server);

    assertThat(connection.transport()).isEqualTo("quic");
    assertThat(connection.muxer()).isEqualTo("quic");
    assertThat(connection.remotePeer()).isEqualTo(server.peerId());
    assertThat(await(ping.ping(connection))).isPositive();
    assertThat(await(connection.ping())).isPositive();
  }

  @Test
  void manyBytes_bothWays_arrive() {
    Host server = listening();
    Host client = dialling();
    PerfService.answer(server);
    Connection connection = TestHosts.connect(client, server);

    PerfService.Result result = await(PerfService.run(connection, 10L * MIB, 20L * MIB));

    assertThat(result.downloadBytes()).isEqualTo(20L * MIB);
  }

  @Test
  void fourMebibytes_echoed_areTheSame() throws Exception {
    Host server = listening();
    Host client = dialling();
    new TestProtocols(server);
    byte[] sent = new byte[4 * MIB];
    new SplittableRandom(4).nextBytes(sent);

    try (BlockingStream stream = open(TestHosts.connect(client, server), TestProtocols.ECHO)) {
      Thread writer =
          new Thread(
              () -> {
                try {
                  stream.output().write(sent);
                  stream.output().close();
                } catch (IOException e) {
                  throw new UncheckedIOException(e);
                }
              });
      writer.start();
      byte[] received = stream.input().readAllBytes();
      writer.join();
      assertThat(Arrays.equals(received, sent)).isTrue();
    }
  }

  @Test
  void hundredMebibytes_hashed_arriveWhole() throws IOException {
    Host server = listening();
    Host client = dialling();
    new TestProtocols(server);
    MessageDigest hash = TestProtocols.sha256();
    byte[] block = new byte[MIB];
    new SplittableRandom(100).nextBytes(block);

    try (BlockingStream stream = open(TestHosts.connect(client, server), TestProtocols.SINK)) {
      for (int i = 0; i < 100; i++) {
        block[i] ^= (byte) i;
        hash.update(block);
        stream.output().write(block);
      }
      stream.output().close();
      DataInputStream answer = new DataInputStream(stream.input());
      assertThat(answer.readLong()).isEqualTo(100L * MIB);
      assertThat(answer.readNBytes(32)).isEqualTo(hash.digest());
      assertThat(answer.read()).isEqualTo(-1);
    }
  }

  @Test
  void halfClosed_otherHalfGoesOn() throws IOException {
    Host server = listening();
    Host client = dialling();
    new TestProtocols(server);

    try (BlockingStream stream = open(TestHosts.connect(client, server), TestProtocols.SINK)) {
      stream.output().close();
      DataInputStream answer = new DataInputStream(stream.input());
      assertThat(answer.readLong()).isZero();
      assertThat(answer.readNBytes(32)).isEqualTo(TestProtocols.sha256().digest());
    }
  }

  @Test
  void resetByPeer_bearsItsCode() throws IOException {
    Host server = listening();
    Host client = dialling();
    new TestProtocols(server);

    try (BlockingStream stream = open(TestHosts.connect(client, server), TestProtocols.RESET)) {
      stream.output().write(1);
      assertThatExceptionOfType(StreamResetException.class)
          .isThrownBy(() -> stream.input().read())
          .satisfies(
              e -> {
                assertThat(e.reset().reason()).isEqualTo(ResetReason.RESET_BY_PEER);
                assertThat(e.reset().code()).isEqualTo(7);
              });
    }
  }

  @Test
  void resetHere_peerHearsTheCode() throws IOException {
    Host server = listening();
    Host client = dialling();
    TestProtocols protocols = new TestProtocols(server);
    Stream stream = await(TestHosts.connect(client, server).newStream(TestProtocols.HOLD));
    stream.write(stream.allocator().directBuffer().writeByte(1));
    Awaitility.await().until(() -> !protocols.held.isEmpty());

    stream.reset(9);

    Awaitility.await().until(() -> !protocols.resets.isEmpty());
    assertThat(protocols.resets.get(0).reason()).isEqualTo(ResetReason.RESET_BY_PEER);
    assertThat(protocols.resets.get(0).code()).isEqualTo(9);
  }

  @Test
  void thousandStreams_atOnce_allAnswer() throws IOException {
    Host server = listening();
    Host client = dialling();
    new TestProtocols(server);
    Connection connection = TestHosts.connect(client, server);
    List<Future<Stream>> opening = new ArrayList<>();
    for (int i = 0; i < 1000; i++) {
      opening.add(connection.newStream(TestProtocols.ECHO));
    }
    List<BlockingStream> streams = new ArrayList<>();
    for (int i = 0; i < opening.size(); i++) {
      BlockingStream stream = new BlockingStream(await(opening.get(i)), Duration.ofSeconds(20));
      streams.add(stream);
      stream.output().write(("stream " + i).getBytes(UTF_8));
    }
    for (int i = 0; i < streams.size(); i++) {
      streams.get(i).output().close();
      assertThat(new String(streams.get(i).input().readAllBytes(), UTF_8)).isEqualTo("stream " + i);
    }
    Awaitility.await().until(() -> connection.stats().outboundStreams() == 0);
  }

  @Test
  void slowReader_stopsTheWriter_atBoundedMemory() throws IOException {
    Host server = listening();
    Host client = dialling();
    TestProtocols protocols = new TestProtocols(server);
    Connection connection = TestHosts.connect(client, server);
    Stream stream = await(connection.newStream(TestProtocols.HOLD));
    byte[] block = new byte[256 * 1024];
    long bound =
        QuicOptions.Receiving.MAX_STREAM_WINDOW_BYTES
            + QuicOptions.Sending.DEFAULTS.highWaterBytes();
    long[] written = {0};
    Awaitility.await()
        .during(Duration.ofMillis(300))
        .until(
            () -> {
              while (stream.isWritable()) {
                stream.write(stream.allocator().directBuffer().writeBytes(block));
                written[0] += block.length;
              }
              return written[0] <= bound + block.length;
            });
    assertThat(stream.writableBytes()).isZero();
    Connection served = server.connections().get(0);
    // One read may go beyond the bound.
    assertThat(served.stats().heldBytes())
        .isLessThanOrEqualTo(
            QuicOptions.Receiving.DEFAULTS.readAheadBytes() + QuicStream.MAX_READ_BYTES);

    protocols.held.get(0).autoRead(true);

    Awaitility.await().until(stream::isWritable);
  }

  @Test
  void otherPeerThanExpected_isRefused() {
    Host server = listening();
    Host client = dialling();
    PrivateKey nobody = PrivateKey.generate(new SecureRandom());
    Multiaddr wrong =
        server.listenAddresses().iterator().next().withPeerId(nobody.publicKey().peerId());

    Future<Connection> connecting = client.connect(wrong).awaitUninterruptibly();

    assertThat(connecting.cause().getCause())
        .isInstanceOfSatisfying(
            RaceLostException.class,
            lost ->
                assertThat(lost.failures().values())
                    .singleElement()
                    .isInstanceOfSatisfying(
                        UpgradeException.class,
                        e -> {
                          assertThat(e.step()).isEqualTo(UpgradeException.Step.SECURITY_HANDSHAKE);
                          assertThat(e.reason()).isEqualTo(Reason.PEER_ID_MISMATCH.name());
                        }));
    assertThat(server.connections()).isEmpty();
  }

  @Test
  void connectionClosed_peerHearsOfIt() {
    Host server = listening();
    Host client = dialling();
    Connection connection = TestHosts.connect(client, server);
    Awaitility.await().until(() -> !server.connections().isEmpty());
    Connection served = server.connections().get(0);

    connection.close();

    assertThat(await(connection.closed())).isEqualTo(CloseReason.CLOSED_LOCALLY);
    assertThat(await(served.closed())).isEqualTo(CloseReason.CLOSED_BY_PEER);
  }

  @Test
  void tcpAndQuic_tcpIsTakenFirst_quicAlone_isTaken() {
    Host server =
        hosts.start(
            TlsProtocol::new, builder -> builder.listen(TestHosts.LOOPBACK).listen(LOOPBACK));
    Host client = patient();
    Host other = dialling();

    Connection first = await(client.connect(server.peerId(), server.listenAddresses()));
    Connection second =
        await(
            other.connect(
                server.peerId(),
                server.listenAddresses().stream()
                    .filter(address -> address.toString().contains("quic"))
                    .toList()));

    assertThat(first.transport()).isEqualTo("tcp");
    assertThat(second.transport()).isEqualTo("quic");
  }
}
