package io.tributary.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tributary.libp2p.stream.Fault;
import io.tributary.libp2p.stream.Retry;
import io.tributary.libp2p.trial.TrialFailure;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code tributary libp2p peer}, one of them a process of its own. */
final class LibP2pPeerTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir private Path dir = Path.of("");

  private static Process start(String... args) throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                Tributary.class.getName(),
                "libp2p",
                "peer"));
    command.addAll(List.of(args));
    return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
  }

  private static List<JsonNode> events(String lines) throws IOException {
    List<JsonNode> events = new ArrayList<>();
    for (String line : lines.lines().toList()) {
      events.add(JSON.readTree(line));
    }
    return events;
  }

  @ParameterizedTest
  @CsvSource({
    "/ip4/127.0.0.1/tcp/0, tcp, /noise, /yamux/1.0.0",
    "/ip4/127.0.0.1/udp/0/quic-v1, quic, /tls/1.0.0, quic"
  })
  void peer_triesOutAnotherProcess_andSaysAllInJson(
      String listen, String transport, String security, String muxer) throws Exception {
    Path key = dir.resolve("key");
    Process listening = start("--listen", listen, "--identity", key.toString(), "--seconds", "120");
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(listening.getInputStream(), StandardCharsets.UTF_8))) {
      String peer = JSON.readTree(lines.readLine()).path("peer").asText();
      String address = JSON.readTree(lines.readLine()).path("address").asText();
      assertThat(address).endsWith("/p2p/" + peer);
      assertThat(key).exists();

      Ran ran =
          Ran.tributary(
              "libp2p",
              "peer",
              "--dial",
              address,
              "--security",
              "noise",
              "--ping",
              "2",
              "--echo",
              "1MiB",
              "--sink",
              "1MiB",
              "--source",
              "1MiB",
              "--streams",
              "20",
              "--edges",
              "--perf-up",
              "64KiB",
              "--perf-down",
              "64KiB");

      assertThat(ran.exitCode()).as("%s", ran).isZero();
      List<JsonNode> events = events(ran.out());
      assertThat(events.get(0).path("event").asText()).isEqualTo("started");
      assertThat(events)
          .filteredOn(event -> event.path("event").asText().equals("connected"))
          .allSatisfy(
              event -> {
                assertThat(event.path("peer").asText()).isEqualTo(peer);
                assertThat(event.path("security").asText()).isEqualTo(security);
                assertThat(event.path("transport").asText()).isEqualTo(transport);
                assertThat(event.path("muxer").asText()).isEqualTo(muxer);
              })
          .hasSize(1);
      assertThat(events)
          .filteredOn(event -> event.path("event").asText().equals("ping"))
          .hasSize(2)
          .allSatisfy(event -> assertThat(event.path("rttMicros").asLong()).isPositive());
      assertThat(JSON.readTree(lines.readLine()).path("direction").asText()).isEqualTo("INBOUND");
    } finally {
      listening.destroyForcibly();
    }
  }

  @Test
  void peerThatIsNotThere_isUnreachable() throws IOException {
    Ran ran = Ran.tributary("libp2p", "peer", "--dial", "/ip4/127.0.0.1/tcp/1");
    assertThat(ran.exitCode()).isEqualTo(ExitCode.UNREACHABLE.code());
    JsonNode error = events(ran.out()).get(1);
    assertThat(error.path("event").asText()).isEqualTo("error");
    assertThat(error.path("step").asText()).isEqualTo("dial");
    assertThat(error.path("reason").asText()).isEqualTo("ALL_FAILED");
    assertThat(error.path("fault").asText()).isEqualTo("NETWORK");
    assertThat(error.path("causes")).hasSize(1);
  }

  @Test
  void wrongArguments_areUsageErrors() {
    assertThat(Ran.tributary("libp2p", "peer").err()).contains("--listen or --dial");
    for (String[] wrong :
        new String[][] {
          {"--dial", "example.org:4001"},
          {"--listen", "/ip4/999.0.0.1/tcp/1"},
          {"--listen", "/ip4/127.0.0.1/tcp/0", "--echo", "many"},
          {"--listen", "/ip4/127.0.0.1/tcp/0", "--echo", "999999999999999999GiB"},
          {"--listen", "/ip4/127.0.0.1/tcp/0", "--ping", "-1"},
          {"--listen", "/ip4/127.0.0.1/tcp/0", "--security", "rot13"}
        }) {
      List<String> command = new ArrayList<>(List.of("libp2p", "peer"));
      command.addAll(List.of(wrong));
      Ran ran = Ran.tributary(command.toArray(String[]::new));
      assertThat(ran.exitCode()).as("%s", command).isEqualTo(ExitCode.USAGE.code());
    }
  }

  @Test
  void keyFileThatIsNone_isAConfigurationError() throws IOException {
    Path file = Files.writeString(dir.resolve("nokey"), "no key");
    Ran ran =
        Ran.tributary(
            "libp2p", "peer", "--dial", "/ip4/127.0.0.1/tcp/1", "--identity", file.toString());
    assertThat(ran.exitCode()).isEqualTo(ExitCode.CONFIG.code());
    assertThat(ran.err()).contains("nokey");
  }

  @Test
  void help_namesEveryOptionWithItsUnit() {
    Ran help = Ran.tributary("libp2p", "peer", "--help");
    assertThat(help.exitCode()).isZero();
    assertThat(help.out())
        .contains("--listen=ADDR", "--dial=MULTIADDR", "--identity=KEYFILE", "--seconds=N")
        .contains("--perf-down=BYTES", "/echo/1.0.0", "Exit code 0");
  }

  @Test
  void exitCode_isThatOfTheFirstFailure() {
    assertThat(LibP2pPeerCommand.exitCode(List.of())).isEqualTo(ExitCode.OK);
    assertThat(LibP2pPeerCommand.exitCode(List.of(failure("OTHER_BYTES"), failure("TIMEOUT"))))
        .isEqualTo(ExitCode.INTEGRITY);
    assertThat(LibP2pPeerCommand.exitCode(List.of(failure("DEADLINE_PASSED"))))
        .isEqualTo(ExitCode.TIMEOUT);
    assertThat(LibP2pPeerCommand.exitCode(List.of(failure("PROTOCOL_UNSUPPORTED"))))
        .isEqualTo(ExitCode.UNREACHABLE);
    assertThat(LibP2pPeerCommand.exitCode(List.of(failure(TrialFailure.INTERNAL_ERROR))))
        .isEqualTo(ExitCode.SOFTWARE);
  }

  private static TrialFailure failure(String reason) {
    return new TrialFailure("step", reason, Fault.PEER, Retry.NEVER, "message", List.of());
  }
}
