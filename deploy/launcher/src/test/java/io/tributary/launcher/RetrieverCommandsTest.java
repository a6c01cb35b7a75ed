package io.tributary.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.tributary.nodekit.network.NetworkProfile;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class RetrieverCommandsTest {
  private static final String CONTRACT = "0x" + "c0".repeat(20);

  @TempDir private Path directory = Path.of("");

  private String config() {
    return directory.resolve("retriever.toml").toString();
  }

  private Ran init() {
    return Ran.tributary("retriever", "init", "--dir", directory.toString());
  }

  private void profile(URI chain, URI settlement) throws IOException {
    NetworkProfile network =
        new NetworkProfile(
                "test",
                new NetworkProfile.Chain(
                    Optional.empty(),
                    11330,
                    List.of(chain),
                    true,
                    new NetworkProfile.Calls(60, 0, 5, 7)))
            .withSettlement(
                new NetworkProfile.Settlement(
                    31337, List.of(settlement), CONTRACT, CONTRACT, 1, 0));
    Files.writeString(directory.resolve("network.toml"), network.toToml());
  }

  @Test
  void init_makesAConfigurationThatIsRight_andLeavesOneThatIsThere() throws Exception {
    profile(URI.create("http://127.0.0.1:1"), URI.create("http://127.0.0.1:1"));
    assertThat(init())
        .satisfies(ran -> assertThat(ran.exitCode()).as(ran.err()).isZero())
        .satisfies(ran -> assertThat(ran.out()).contains("12D3KooW").contains("doctor"));
    Ran right = Ran.tributary("retriever", "validate-config", "--config", config());
    assertThat(right.exitCode()).as(right.err()).isZero();
    assertThat(right.out()).contains("network test");
    Files.writeString(directory.resolve("retriever.toml"), "mine = true\n");
    assertThat(init().exitCode()).isEqualTo(ExitCode.USAGE.code());
    assertThat(Files.readString(directory.resolve("retriever.toml"))).isEqualTo("mine = true\n");
  }

  @Test
  void configShow_tellsWhereValuesComeFrom_andNoSecret() throws Exception {
    init();
    Files.writeString(directory.resolve("admin.token"), "0123456789abcdef\n");
    Ran ran =
        Ran.tributary(
            "retriever",
            "config",
            "show",
            "--origin",
            "--config",
            config(),
            "--set",
            "cache.mebibytes=300",
            "--set",
            "admin.token-file=admin.token");
    assertThat(ran.exitCode()).as(ran.err()).isZero();
    assertThat(ran.out())
        .contains("cache.mebibytes = 300  # flag --set cache.mebibytes")
        .contains("/network.toml  # file retriever.toml:")
        .contains("http.listen = 127.0.0.1:8080  # default")
        .contains("admin.token-file = " + directory.resolve("admin.token"))
        .doesNotContain("0123456789abcdef");
  }

  @Test
  void mistakeOnTheCommandLine_namesTheFlag() {
    init();
    Ran ran =
        Ran.tributary(
            "retriever", "validate-config", "--config", config(), "--set", "cache.mebibyte=3");
    assertThat(ran.exitCode()).isEqualTo(ExitCode.CONFIG.code());
    assertThat(ran.err())
        .contains("--set cache.mebibyte cache.mebibyte: is not a known key; did you mean");
  }

  @Test
  void statusAndPeers_sayThatNoneRuns() {
    init();
    for (String command : new String[] {"status", "peers"}) {
      Ran ran = Ran.tributary("retriever", command, "--config", config());
      assertThat(ran.exitCode()).isEqualTo(ExitCode.UNREACHABLE.code());
      assertThat(ran.err()).contains("no retriever runs in");
    }
  }

  @Test
  void doctor_saysOfEachFaultWhatToDo() throws Exception {
    HttpServer evm =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    evm.createContext(
        "/",
        exchange -> {
          byte[] answer =
              "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":\"0x1\"}"
                  .getBytes(StandardCharsets.US_ASCII);
          exchange.sendResponseHeaders(200, answer.length);
          exchange.getResponseBody().write(answer);
          exchange.close();
        });
    evm.start();
    URI wrong = URI.create("http://127.0.0.1:" + evm.getAddress().getPort());
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      profile(URI.create("http://127.0.0.1:1"), wrong);
      init();
      Path open = Files.writeString(directory.resolve("wallet.json"), "{}");
      Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rw-r--r--"));
      Ran ran =
          Ran.tributary(
              "retriever",
              "doctor",
              "--config",
              config(),
              "--set",
              "http.listen=127.0.0.1:" + taken.getLocalPort(),
              "--set",
              "wallet.keystore=wallet.json",
              "--set",
              "wallet.password-file=wallet.json");

      assertThat(ran.exitCode()).as(ran.out()).isEqualTo(ExitCode.CONFIG.code());
      assertThat(ran.out())
          .containsPattern("ok +config +is right")
          .containsPattern("FIX +port .*stop what listens there, or choose another")
          .containsPattern("ok +port ")
          .containsPattern("ok +udp +not used")
          .containsPattern("FIX +chain .*correct chain.rpc of the profile")
          .containsPattern("FIX +settlement .* is of chain 1, the profile's is 31337")
          .containsPattern("ok +clock +within ")
          .containsPattern("FIX +wallet .*can be read by others: chmod 600 ")
          .containsPattern("TIP +region .*has no \\[overlay\\]");
    } finally {
      evm.stop(0);
    }
  }
}
