package io.tributary.libp2p.portmap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tributary.libp2p.portmap.GatewayException.Reason;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The clock of a gateway, the kernel's routes, answers of HTTP and of a search. */
class GatewayPiecesTest {
  private static final String HEAD =
      "Iface\tDestination\tGateway\tFlags\tRefCnt\tUse\tMetric\tMask\tMTU\tWindow\tIRTT\n";

  // Epochs

  @ParameterizedTest
  @CsvSource({
    // here and there in seconds, and whether each rule calls it a restart
    "300, 300, false, false",
    "300, 290, false, false",
    "300, 270, false, true",
    "300, 200, true, true",
    "300, -900, true, true",
    "300, 310, false, false",
    "300, 900, false, true",
    "0, 0, false, false",
    "1, 0, false, false",
    "0, -1, false, false",
    "0, -3, true, true"
  })
  void clock_thatDoesNotKeepTime_isOneThatHasBegunAnew(
      long here, long there, boolean byNatPmp, boolean byPcp) {
    EpochWatch natPmp = EpochWatch.ofNatPmp();
    EpochWatch pcp = EpochWatch.ofPcp();
    assertThat(natPmp.hasRestarted(1000, 5)).isFalse();
    assertThat(pcp.hasRestarted(1000, 5)).isFalse();
    long nanos = TimeUnit.SECONDS.toNanos(here) + 5;

    assertThat(natPmp.hasRestarted(1000 + there, nanos)).isEqualTo(byNatPmp);
    assertThat(pcp.hasRestarted(1000 + there, nanos)).isEqualTo(byPcp);
  }

  // Routes

  @Test
  void defaultRoute_ofTheSmallestMetric_isTaken() {
    String table =
        HEAD
            + "eth0\t00000000\t0101A8C0\t0003\t0\t0\t600\t00000000\t0\t0\t0\n"
            + "eth1\t00000000\t0102A8C0\t0003\t0\t0\t100\t00000000\t0\t0\t0\n"
            + "eth1\t0002A8C0\t00000000\t0001\t0\t0\t100\t00FFFFFF\t0\t0\t0\n"
            + "down\t00000000\t0103A8C0\t0002\t0\t0\t1\t00000000\t0\t0\t0\n"
            + "ppp0\t00000000\t00000000\t0001\t0\t0\t1\t00000000\t0\t0\t0\n"
            + "half\t00000000\t0104A8C0\t0003\t0\t0\t1\t00000080\t0\t0\t0\n";

    assertThat(ProcRoutes.gateway(table)).hasToString("Optional[/192.168.2.1]");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "\n\n", "x 00000000 y 0003 0 0 0 00000000", "a b c"})
  void tableWithoutADefaultRoute_hasNoGateway(String table) {
    assertThat(ProcRoutes.gateway(HEAD + table)).isEmpty();
    assertThat(new ProcRoutes(Path.of("/nowhere/at/all")).gateway()).isEmpty();
  }

  // HTTP

  private static HttpExchange.Answer ask(String answer) throws IOException {
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Thread thread =
          new Thread(
              () -> {
                try (Socket socket = server.accept()) {
                  OutputStream out = socket.getOutputStream();
                  out.write(answer.getBytes(StandardCharsets.ISO_8859_1));
                  socket.shutdownOutput();
                  socket.getInputStream().readAllBytes();
                } catch (IOException e) {
                  // The other side has heard enough.
                }
              });
      thread.setDaemon(true);
      thread.start();
      return HttpExchange.send(
          new InetSocketAddress(server.getInetAddress(), server.getLocalPort()),
          "GET / HTTP/1.1\r\nHost: x\r\n",
          "",
          Duration.ofSeconds(20));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello",
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello and more",
        "HTTP/1.0 200 OK\r\n\r\nhello",
        "HTTP/1.0 200\n\nhello",
        "HTTP/1.1 200 OK\r\ntransfer-encoding: Chunked\r\n\r\n2\r\nhe\r\n3;x=y\r\nllo\r\n0\r\n\r\n"
      })
  void body_isRead_howeverItIsLaidOut(String answer) throws IOException {
    assertThat(ask(answer).status()).isEqualTo(200);
    assertThat(ask(answer).body()).isEqualTo("hello".getBytes(StandardCharsets.US_ASCII));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "SSH-2.0-x\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nhello",
        "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\nhello",
        "HTTP/1.1 200 OK\r\nContent-Length: 999999999999\r\n\r\nhello",
        "HTTP/1.1 200 OK\r\nno field\r\n\r\nhello",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\nhello",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nfffffffffff\r\nhello"
      })
  void answer_thatBreaksTheRules_isRefused(String answer) {
    assertThatThrownBy(() -> ask(answer))
        .isInstanceOfSatisfying(
            GatewayException.class, e -> assertThat(e.reason()).isEqualTo(Reason.MALFORMED));
  }

  @Test
  void answer_thatIsTooLong_isRefused() {
    String much = "x".repeat(HttpExchange.MAX_BODY_BYTES + 1);
    assertThatThrownBy(() -> ask("HTTP/1.0 200 OK\r\n\r\n" + much))
        .hasMessageContaining("longer than");
    assertThatThrownBy(() -> ask("HTTP/1.0 200 OK\r\nX: " + much)).hasMessageContaining("too long");
    String fields = "a: b\r\n".repeat(HttpExchange.MAX_LINES + 1);
    assertThatThrownBy(() -> ask("HTTP/1.0 200 OK\r\n" + fields + "\r\n"))
        .hasMessageContaining("too many fields");
  }

  @Test
  void gatewayThatNeverEndsItsAnswer_isLeft() throws IOException {
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      InetSocketAddress to = new InetSocketAddress(server.getInetAddress(), server.getLocalPort());
      assertThatThrownBy(
              () -> HttpExchange.send(to, "GET / HTTP/1.1\r\n", "", Duration.ofMillis(200)))
          .isInstanceOfSatisfying(
              GatewayException.class, e -> assertThat(e.reason()).isEqualTo(Reason.NO_ANSWER));
    }
  }

  // Searches

  @ParameterizedTest
  @CsvSource({
    "'HTTP/1.1 200 OK|LOCATION: http://192.0.2.1/d|ST: urn:schemas-upnp-org:device:InternetGatewayDevice:1|', true",
    "'HTTP/1.1 200 OK|LOCATION: http://192.0.2.1/d|ST: urn:schemas-upnp-org:device:MediaServer:1|', false",
    "'HTTP/1.1 200 OK|ST: urn:schemas-upnp-org:device:InternetGatewayDevice:1|', false",
    "'HTTP/1.1 404 No|LOCATION: http://192.0.2.1/d|ST: urn:schemas-upnp-org:device:InternetGatewayDevice:1|', false",
    "'NOTIFY * HTTP/1.1|LOCATION: http://192.0.2.1/d|', false"
  })
  void answerOfAGateway_isTold_fromOthers(String answer, boolean is) {
    assertThat(SsdpSearch.location(answer.replace("|", "\r\n")).isPresent()).isEqualTo(is);
  }

  @ParameterizedTest
  @CsvSource({
    "http://192.0.2.1/d, true",
    "http://192.0.2.1:5000/d?e, true",
    "https://192.0.2.1/d, false",
    "http://192.0.2.2/d, false",
    "http://router/d, false",
    "http://a@192.0.2.1/d, false",
    "http://192.0.2.1:99999/d, false",
    "file:///etc/hostname, false"
  })
  void location_hasToLeadToTheGateway(String uri, boolean does) {
    boolean leads =
        GatewayUri.parse(uri)
            .filter(each -> GatewayUri.leadsTo(Ip4.parse("192.0.2.1").orElseThrow(), each))
            .isPresent();
    assertThat(leads).isEqualTo(does);
  }
}
