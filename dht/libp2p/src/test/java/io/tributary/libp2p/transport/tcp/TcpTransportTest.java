package io.tributary.libp2p.transport.tcp;

import static io.tributary.libp2p.TestHosts.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.netty.channel.ConnectTimeoutException;
import io.netty.util.concurrent.Future;
import io.tributary.libp2p.multiformats.Multiaddr;
import io.tributary.libp2p.transport.Acceptor;
import io.tributary.libp2p.transport.DialTarget;
import io.tributary.libp2p.transport.DialTarget.LocalPort;
import io.tributary.libp2p.transport.IoEngine;
import io.tributary.libp2p.transport.ListenException;
import io.tributary.libp2p.transport.TransportConnection;
import io.tributary.libp2p.transport.TransportConnection.Raw;
import io.tributary.libp2p.transport.TransportListener;
import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class TcpTransportTest {
  private static final Multiaddr LOOPBACK = Multiaddr.parse("/ip4/127.0.0.1/tcp/0");
  private static final Multiaddr LOOPBACK_6 = Multiaddr.parse("/ip6/::1/tcp/0");
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final List<IoEngine> engines = new ArrayList<>();
  private final Collecting accepted = new Collecting();

  static Stream<IoEngine.Kind> kinds() {
    return Arrays.stream(IoEngine.Kind.values()).filter(IoEngine.Kind::isAvailable);
  }

  @AfterEach
  void stop() {
    engines.forEach(IoEngine::close);
  }

  private TcpTransport transport(IoEngine.Kind kind) {
    return transport(kind, TcpOptions.defaults());
  }

  private TcpTransport transport(IoEngine.Kind kind, TcpOptions options) {
    IoEngine io = IoEngine.start(kind, 1);
    engines.add(io);
    return new TcpTransport(io, options);
  }

  private static DialTarget target(Multiaddr address, LocalPort port) {
    return DialTarget.of(address, Optional.empty()).from(port);
  }

  private static Raw dial(TcpTransport transport, Multiaddr address, LocalPort port) {
    return (Raw) await(transport.dial(target(address, port)));
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void listenerAtPort0_tellsItsPort_andIsDialled(IoEngine.Kind kind) {
    TcpTransport transport = transport(kind);
    TransportListener listener = await(transport.listen(LOOPBACK, accepted));
    assertThat(listener.address().toSocketAddress().orElseThrow().getPort()).isPositive();

    Raw connection = dial(transport, listener.address(), LocalPort.FRESH);

    assertThat(connection.remoteAddress()).isEqualTo(listener.address());
    assertThat(connection.isFromListenPort()).isFalse();
    Raw other = accepted.next();
    assertThat(other.remoteAddress()).isEqualTo(connection.localAddress());
    assertThat(other.localAddress()).isEqualTo(listener.address());
    connection.close();
    await().atMost(PATIENCE).until(() -> !other.channel().isOpen());
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void ip6_isLikeIp4(IoEngine.Kind kind) {
    Assumptions.assumeTrue(hasIp6(), "IPv6 on loopback");
    TcpTransport transport = transport(kind);
    TransportListener listener = await(transport.listen(LOOPBACK_6, accepted));

    Raw connection = dial(transport, listener.address(), LocalPort.FRESH);

    assertThat(connection.remoteAddress().toString()).startsWith("/ip6/::1/tcp/");
    assertThat(accepted.next().remoteAddress()).isEqualTo(connection.localAddress());
  }

  private static boolean hasIp6() {
    InetAddress loopback = LOOPBACK_6.toSocketAddress().orElseThrow().getAddress();
    try (ServerSocket socket = new ServerSocket(0, 1, loopback)) {
      return socket.isBound();
    } catch (IOException e) {
      return false;
    }
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void portInUse_isRefused_evenToTheSameUser(IoEngine.Kind kind) {
    TransportListener listener = await(transport(kind).listen(LOOPBACK, accepted));

    Future<TransportListener> second = transport(kind).listen(listener.address(), accepted);

    assertReason(second, ListenException.Reason.ADDRESS_IN_USE);
    await(listener.close());
    // The JDK gives a closed port back at its next look at the selector.
    TcpTransport next = transport(kind);
    await()
        .atMost(PATIENCE)
        .until(() -> next.listen(listener.address(), accepted).awaitUninterruptibly().isSuccess());
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void addressOfSomebodyElse_isRefused(IoEngine.Kind kind) {
    Multiaddr elsewhere = Multiaddr.parse("/ip4/192.0.2.1/tcp/0");
    assertReason(
        transport(kind).listen(elsewhere, accepted), ListenException.Reason.ADDRESS_NOT_HERE);
  }

  private static void assertReason(
      Future<TransportListener> listening, ListenException.Reason reason) {
    assertThat(listening.awaitUninterruptibly(20_000)).isTrue();
    assertThat(listening.cause()).isInstanceOf(ListenException.class);
    assertThat(((ListenException) listening.cause()).reason()).isEqualTo(reason);
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void dial_whereNobodyListens_fails(IoEngine.Kind kind) throws IOException {
    Multiaddr nowhere;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      nowhere = Multiaddr.tcp((InetSocketAddress) free.getLocalSocketAddress());
    }

    Future<TransportConnection> dial =
        transport(kind).dial(target(nowhere, LocalPort.LISTENING_IF_POSSIBLE));

    assertThat(dial.awaitUninterruptibly(20_000)).isTrue();
    assertThat(dial.cause()).isInstanceOf(ConnectException.class);
  }

  /** A listener whose backlog is full lets further connections wait for ever. */
  private static final class Full implements AutoCloseable {
    private final ServerSocket server;
    private final List<Socket> waiting = new ArrayList<>();

    Full() throws IOException {
      server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
      for (int i = 0; i < 4; i++) {
        Socket socket = new Socket();
        waiting.add(socket);
        try {
          socket.connect(server.getLocalSocketAddress(), 50);
        } catch (IOException full) {
          break;
        }
      }
    }

    Multiaddr address() {
      return Multiaddr.tcp((InetSocketAddress) server.getLocalSocketAddress());
    }

    @Override
    public void close() throws IOException {
      for (Socket socket : waiting) {
        socket.close();
      }
      server.close();
    }
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void dial_thatIsNotAnswered_endsAtItsTimeout(IoEngine.Kind kind) throws IOException {
    TcpTransport transport =
        transport(kind, new TcpOptions(Duration.ofMillis(200), 8, true, 1 << 20, 1 << 16));
    try (Full full = new Full()) {
      Future<TransportConnection> dial = transport.dial(target(full.address(), LocalPort.FRESH));

      assertThat(dial.awaitUninterruptibly(20_000)).isTrue();
      assertThat(dial.cause()).isInstanceOf(ConnectTimeoutException.class);
    }
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void dial_cancelled_leavesNoSocket(IoEngine.Kind kind) throws IOException {
    TcpTransport transport = transport(kind);
    TransportListener listener = await(transport.listen(LOOPBACK, accepted));
    try (Full full = new Full()) {
      for (int i = 0; i < 50; i++) {
        assertThat(transport.dial(target(full.address(), LocalPort.FRESH)).cancel(false)).isTrue();
        Future<TransportConnection> dial =
            transport.dial(target(listener.address(), LocalPort.FRESH));
        if (!dial.cancel(false)) {
          // It came too late; the connection is ours and is ours to close.
          dial.getNow().close();
        }
      }
      // Whatever was connected by then is closed again.
      await()
          .atMost(PATIENCE)
          .untilAsserted(() -> assertThat(accepted.all).noneMatch(each -> each.channel().isOpen()));
      assertThat(openSocketsTo(full.address(), listener.address())).isEmpty();
    }
  }

  /** The sockets of this machine in any state but listening and dead, by the remote end. */
  private static List<String> openSocketsTo(Multiaddr... addresses) throws IOException {
    List<String> found = new ArrayList<>();
    List<String> lines = new ArrayList<>(Files.readAllLines(Path.of("/proc/net/tcp")));
    // A socket for both families stands there whichever it talks.
    Path six = Path.of("/proc/net/tcp6");
    if (Files.exists(six)) {
      lines.addAll(Files.readAllLines(six));
    }
    for (String line : lines) {
      String[] fields = line.trim().split("\\s+", -1);
      for (Multiaddr address : addresses) {
        int port = address.toSocketAddress().orElseThrow().getPort();
        boolean connecting = fields.length > 3 && fields[3].equals("02");
        if (connecting && fields[2].endsWith(String.format(":%04X", port))) {
          found.add(line);
        }
      }
    }
    return found;
  }

  @Test
  void dial_fromTheListenPort_isSeenAsFromThere() {
    Assumptions.assumeTrue(IoEngine.Kind.EPOLL.isAvailable(), "epoll");
    TcpTransport dialler = transport(IoEngine.Kind.EPOLL);
    TransportListener own = await(dialler.listen(LOOPBACK, new Collecting()));
    TransportListener far = await(transport(IoEngine.Kind.EPOLL).listen(LOOPBACK, accepted));

    Raw connection = dial(dialler, far.address(), LocalPort.LISTENING);

    assertThat(connection.isFromListenPort()).isTrue();
    assertThat(connection.localAddress()).isEqualTo(own.address());
    assertThat(accepted.next().remoteAddress()).isEqualTo(own.address());

    // The pair of ports is taken now; who does not insist gets another port.
    Raw second = dial(dialler, far.address(), LocalPort.LISTENING_IF_POSSIBLE);
    assertThat(second.isFromListenPort()).isFalse();
  }

  @Test
  void dial_fromTheListenPort_withoutListener_isRefused() {
    Future<TransportConnection> dial =
        transport(IoEngine.Kind.preferred())
            .dial(target(Multiaddr.parse("/ip4/127.0.0.1/tcp/1"), LocalPort.LISTENING));
    assertThat(dial.cause()).isInstanceOf(BindException.class);
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void unwantedConnection_isClosedUnread(IoEngine.Kind kind) throws IOException {
    TcpTransport transport = transport(kind);
    accepted.admits = false;
    TransportListener listener = await(transport.listen(LOOPBACK, accepted));

    try (Socket socket = new Socket()) {
      socket.connect(listener.address().toSocketAddress().orElseThrow(), 20_000);
      socket.setSoTimeout(20_000);
      assertThat(socket.getInputStream().read()).isEqualTo(-1);
    }

    assertThat(accepted.all).isEmpty();
  }

  private static final class Collecting implements Acceptor {
    final List<Raw> all = new CopyOnWriteArrayList<>();
    volatile boolean admits = true;

    @Override
    public boolean admits(InetAddress remote) {
      return admits;
    }

    @Override
    public void accept(TransportConnection connection) {
      all.add((Raw) connection);
    }

    Raw next() {
      await().atMost(PATIENCE).until(() -> !all.isEmpty());
      return all.get(0);
    }
  }
}
