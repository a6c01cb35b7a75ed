package io.tributary.libp2p.interop;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tributary.libp2p.trial.TrialMain;
import io.tributary.libp2p.trial.TrialPattern;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The trial peer, a process of its own, against js-libp2p, another one. */
class TrialPeerInteropTest {
  private static final int MIB = 1 << 20;
  private static final ObjectMapper JSON = new ObjectMapper();

  /** A trial peer that runs. */
  private record Program(Process process, BufferedReader lines) implements AutoCloseable {

    static Program start(String... args) throws IOException {
      List<String> command =
          new ArrayList<>(
              List.of(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-Xmx256m",
                  "-XX:TieredStopAtLevel=1",
                  "-XX:+UseSerialGC",
                  "-cp",
                  System.getProperty("java.class.path"),
                  TrialMain.class.getName()));
      command.addAll(List.of(args));
      Process process =
          new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
      return new Program(
          process,
          new BufferedReader(
              new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8)));
    }

    /** Reads events up to the next of a name. */
    List<JsonNode> until(String name) throws IOException {
      List<JsonNode> events = new ArrayList<>();
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        JsonNode event = JSON.readTree(line);
        events.add(event);
        if (event.get("event").asText().equals(name)) {
          return events;
        }
      }
      throw new AssertionError("no event " + name + " after " + events);
    }

    int exitCode() throws InterruptedException {
      assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
      return process.exitValue();
    }

    @Override
    public void close() {
      process.destroyForcibly();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"noise", "tls"})
  void program_dialsJs(String security) throws Exception {
    try (JsPeer js = JsPeer.listenTcp("--security", security);
        Program program = Program.start(security, js.address().toString())) {

      List<JsonNode> events = program.until("done");

      assertThat(events.get(events.size() - 1).get("failures").asInt()).as("%s", events).isZero();
      assertThat(events)
          .extracting(event -> event.get("event").asText())
          .contains("started", "connected", "identified", "ping", "stream", "reset", "perf");
      JsonNode connected = first(events, "connected");
      assertThat(connected.get("security").asText()).contains(security);
      assertThat(connected.get("muxer").asText()).isEqualTo("/yamux/1.0.0");
      assertThat(first(events, "identified").get("signed").asBoolean()).isTrue();
      assertThat(program.exitCode()).isZero();
    }
  }

  private static JsonNode first(List<JsonNode> events, String name) {
    return events.stream()
        .filter(event -> event.get("event").asText().equals(name))
        .findFirst()
        .orElseThrow();
  }

  @ParameterizedTest
  @ValueSource(strings = {"noise", "tls"})
  void js_dialsProgram(String security) throws Exception {
    try (Program program = Program.start(security);
        JsPeer js = JsPeer.start("--security", security)) {
      String to = first(program.until("listening"), "listening").get("address").asText();

      js.dial(to);
      assertThat(js.call("ping", "to", to).asInt()).isNotNegative();
      assertThat(js.call("echo", "to", to, "bytes", MIB).get("same").asBoolean()).isTrue();
      JsonNode sent = js.call("send", "to", to, "bytes", 3 * MIB);
      assertThat(sent.get("reply").asText())
          .isEqualTo("%016x%s".formatted(3 * MIB, sent.get("sha256").asText()));
      assertThat(js.call("receive", "to", to, "bytes", 3 * MIB).get("sha256").asText())
          .isEqualTo(HexFormat.of().formatHex(TrialPattern.sha256(3 * MIB)));
      assertThat(js.call("perf", "to", to, "up", MIB, "down", MIB).get("down").asInt())
          .isEqualTo(MIB);
      JsonNode reset = js.call("reset", "to", to, "protocol", "/reset/1.0.0", "wait", true);
      assertThat(reset.get("status").asText()).isEqualTo("reset");

      List<JsonNode> events = program.until("identified");
      assertThat(first(events, "connected").get("direction").asText()).isEqualTo("INBOUND");
      program.process.getOutputStream().close();
      assertThat(program.exitCode()).isZero();
    }
  }
}
