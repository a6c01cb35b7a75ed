package io.tributary.nodekit.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class AdminListenerTest {
  private static final String TOKEN = "0123456789abcdef";

  private final EventLoopGroup loops =
      new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
  private final NodeMetrics metrics = new NodeMetrics();
  private volatile List<String> notReady = List.of();

  @AfterEach
  void stop() {
    loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    metrics.close();
  }

  @Test
  void pages_tellHealthReadinessStateAndMetrics() throws Exception {
    metrics.registry().counter("tributary.test.things").increment();
    try (AdminListener admin = start(Optional.empty())) {
      assertThat(get(admin, "/healthz").body()).isEqualTo("{\"healthy\":true}");
      assertThat(get(admin, "/readyz").statusCode()).isEqualTo(200);
      assertThat(get(admin, "/status").body()).isEqualTo("{\"peers\":3}");
      assertThat(get(admin, "/metrics").body())
          .contains("tributary_test_things_total 1.0", "jvm_memory_used_bytes");

      notReady = List.of("the chain cannot be reached");

      assertThat(get(admin, "/readyz").statusCode()).isEqualTo(503);
      assertThat(get(admin, "/readyz").body()).contains("the chain cannot be reached");
      assertThat(get(admin, "/healthz").statusCode()).isEqualTo(200);
    }
  }

  @Test
  void token_isAskedForEverywhereButHealth() throws Exception {
    try (AdminListener admin = start(Optional.of(TOKEN))) {
      assertThat(get(admin, "/status").statusCode()).isEqualTo(401);
      assertThat(get(admin, "/metrics", "Authorization", "Bearer wrong").statusCode())
          .isEqualTo(401);
      assertThat(get(admin, "/metrics", "Authorization", "Bearer " + TOKEN).statusCode())
          .isEqualTo(200);
      assertThat(get(admin, "/healthz").statusCode()).isEqualTo(200);
    }
  }

  @Test
  void foreignHostName_isRefusedWithoutAToken() throws Exception {
    try (AdminListener admin = start(Optional.empty());
        Socket socket = new Socket(admin.url().getHost(), admin.url().getPort())) {
      socket.setSoTimeout(20_000);
      socket
          .getOutputStream()
          .write(
              "GET /status HTTP/1.1\r\nHost: rebound.example\r\nConnection: close\r\n\r\n"
                  .getBytes(StandardCharsets.US_ASCII));

      assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
          .startsWith("HTTP/1.1 403")
          .contains("FOREIGN_HOST");
    }
  }

  @Test
  void publicAddressWithoutAToken_isRefused() throws Exception {
    InetSocketAddress everywhere = new InetSocketAddress(InetAddress.getByName("0.0.0.0"), 0);

    assertThatThrownBy(() -> new AdminSettings(everywhere, Optional.empty()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("set a token");
    assertThatThrownBy(() -> new AdminSettings(everywhere, Optional.of("short")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("16 characters");
    assertThat(new AdminSettings(everywhere, Optional.of(TOKEN)).toString()).doesNotContain(TOKEN);
  }

  private AdminListener start(Optional<String> token) throws Exception {
    return AdminListener.start(
        new AdminSettings(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), token),
        loops,
        new AdminPages(() -> notReady, () -> Map.of("peers", 3), metrics::scrape));
  }

  private static HttpResponse<String> get(AdminListener admin, String path, String... headers)
      throws Exception {
    HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(admin.url() + path));
    if (headers.length > 0) {
      request.headers(headers);
    }
    return HttpClient.newHttpClient().send(request.build(), HttpResponse.BodyHandlers.ofString());
  }
}
