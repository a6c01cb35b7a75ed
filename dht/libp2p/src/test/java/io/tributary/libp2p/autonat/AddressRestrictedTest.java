package io.tributary.libp2p.autonat;

import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.libp2p.Host;
import io.tributary.libp2p.TestHosts;
import io.tributary.libp2p.autonat.Reachability.Judgement;
import io.tributary.libp2p.autonat.Reachability.Verdict;
import io.tributary.libp2p.limits.IpPrefix;
import io.tributary.libp2p.limits.PublicNetworks;
import io.tributary.libp2p.multiformats.Multiaddr;
import io.tributary.libp2p.security.noise.NoiseProtocol;
import io.tributary.libp2p.time.EventLoopTimekeeper;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * AutoNAT through a NAT that lets in whom it knows: the public address is a forwarder's, which
 * passes on as many dials as it is told to and hides them behind an address each.
 */
class AddressRestrictedTest {
  private static final Duration WAIT = Duration.ofSeconds(20);

  private final TestHosts hosts = new TestHosts();
  private final List<Socket> sockets = new CopyOnWriteArrayList<>();

  /** From which addresses the next dials seem to come; all others are refused. */
  private final Deque<String> admitted = new ArrayDeque<>();

  @AfterEach
  void stop() throws IOException {
    for (Socket each : sockets) {
      each.close();
    }
    hosts.close();
  }

  private Host host(String listen) {
    return hosts.start(
        NoiseProtocol::new,
        builder ->
            builder
                .listen(Multiaddr.parse(listen))
                .publicNetworks(new PublicNetworks(List.of(IpPrefix.parse("127.1.0.0/16")))));
  }

  private Host server(String ip) {
    Host server = host("/ip4/" + ip + "/tcp/0");
    new AutoNatServer(server, AutoNatLimits.defaults(), new SecureRandom()).open();
    return server;
  }

  private void admit(String... sources) {
    synchronized (admitted) {
      admitted.addAll(List.of(sources));
    }
  }

  private void forward(ServerSocket outside, InetSocketAddress inside) {
    Thread thread =
        new Thread(
            () -> {
              try {
                while (true) {
                  Socket from = outside.accept();
                  sockets.add(from);
                  String source;
                  synchronized (admitted) {
                    source = admitted.poll();
                  }
                  if (source == null) {
                    from.close();
                    continue;
                  }
                  Socket to = new Socket();
                  sockets.add(to);
                  to.bind(new InetSocketAddress(source, 0));
                  to.connect(inside);
                  pump(from, to);
                  pump(to, from);
                }
              } catch (IOException e) {
                // The test is over.
              }
            });
    thread.setDaemon(true);
    thread.start();
  }

  private static void pump(Socket from, Socket to) {
    Thread thread =
        new Thread(
            () -> {
              try (InputStream in = from.getInputStream();
                  OutputStream out = to.getOutputStream()) {
                in.transferTo(out);
              } catch (IOException e) {
                // One side has gone, and the other goes with it.
              }
            });
    thread.setDaemon(true);
    thread.start();
  }

  private static Judgement judgement(AutoNat autoNat, Multiaddr address) {
    return autoNat.judgements().stream()
        .filter(each -> each.address().equals(address))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void natThatLetsInWhomItKnows_isToldByStrangers() throws IOException {
    Host asker = host("/ip4/127.2.0.1/tcp/0");
    Host one = server("127.1.0.2");
    Host two = server("127.1.0.3");
    try (ServerSocket outside = new ServerSocket()) {
      outside.bind(new InetSocketAddress(InetAddress.getByName("127.1.0.9"), 0));
      forward(outside, asker.listenAddresses().iterator().next().toSocketAddress().orElseThrow());
      Multiaddr seenAt = Multiaddr.tcp((InetSocketAddress) outside.getLocalSocketAddress());
      asker.addAddress(seenAt);
      TestHosts.connect(asker, one);
      TestHosts.connect(asker, two);
      // As the dials of the two that it is connected to, and nobody else.
      admit("127.1.0.2", "127.1.0.3");
      AutoNat autoNat =
          new AutoNat(
              asker,
              new AutoNatClient(asker, new SecureRandom()),
              new AutoNat.Options(
                  Duration.ofMillis(100), Duration.ofMinutes(15), Duration.ofMinutes(5)),
              new EventLoopTimekeeper(asker.io().group().next(), asker.clock()),
              (standing, reachable) -> {});
      autoNat.open();

      Awaitility.await().atMost(WAIT).until(() -> autoNat.standing() == Standing.PUBLIC);
      assertThat(judgement(autoNat, seenAt).evidence())
          .allSatisfy(each -> assertThat(each.origin()).isEqualTo(DialOrigin.SAME_ADDRESS));

      for (String ip : List.of("127.1.0.4", "127.1.0.5")) {
        Host stranger = server(ip);
        asker.addressBook().add(stranger.peerId(), stranger.listenAddresses(), Duration.ofHours(1));
      }

      Awaitility.await().atMost(WAIT).until(() -> autoNat.standing() == Standing.PRIVATE);
      assertThat(judgement(autoNat, seenAt).verdict()).isEqualTo(Verdict.CONTACTED_ONLY);
      autoNat.close();
    }
  }
}
