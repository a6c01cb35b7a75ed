package io.tributary.devnet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Processes that behave like nodes, good and bad ones. */
final class NodeProcessTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final String READY = "echo '{\"event\": \"ready\", \"http\": \"http://h:1\"}'; ";

  @TempDir private Path dir = Path.of("");
  private Path log = Path.of("");
  private List<NodeProcess> started = List.of();

  @BeforeEach
  void choose() {
    log = dir.resolve("node.log");
  }

  @AfterEach
  void kill() {
    started.forEach(NodeProcess::kill);
  }

  private NodeProcess start(String script) throws IOException {
    NodeProcess node = NodeProcess.start("node", List.of("sh", "-c", script), log);
    started = List.of(node);
    return node;
  }

  @Test
  void readyLine_tellsItsEndpoints_andTheRestIsItsLog() throws IOException {
    NodeProcess node =
        start("echo first; echo trouble >&2; " + READY + "echo after; exec sleep 60");

    Endpoints told = node.awaitReady(PATIENCE);

    assertThat(told.text("http")).isEqualTo("http://h:1");
    assertThat(told.optionalText("admin")).isEmpty();
    assertThatThrownBy(() -> told.text("admin"))
        .isInstanceOf(DevnetException.class)
        .hasMessageContaining("node did not tell its admin");
    assertThat(node.isAlive()).isTrue();
    Awaitility.await()
        .atMost(PATIENCE)
        .untilAsserted(
            () -> assertThat(Files.readAllLines(log)).contains("first", "trouble", "after"));
  }

  @Test
  void nodeThatEndsBeforeItIsReady_isNamedWithTheEndOfItsLog() throws IOException {
    NodeProcess node = start("echo 'the port is taken' >&2; exit 3");

    assertThatThrownBy(() -> node.awaitReady(PATIENCE))
        .isInstanceOf(DevnetException.class)
        .hasMessageContaining("node did not start")
        .hasMessageContaining("the port is taken");
  }

  @Test
  void nodeThatStaysSilent_isKilledInTime() throws IOException {
    NodeProcess node = start("exec sleep 60");

    assertThatThrownBy(() -> node.awaitReady(Duration.ofMillis(200)))
        .isInstanceOf(DevnetException.class)
        .hasMessageContaining("node was not ready within");
    assertThat(node.isAlive()).isFalse();
  }

  @Test
  void stop_asksPolitely() throws IOException {
    NodeProcess node =
        start("trap 'echo stopping; exit 0' TERM; " + READY + "while :; do sleep 0.1; done");
    node.awaitReady(PATIENCE);

    node.stop(PATIENCE);

    assertThat(node.isAlive()).isFalse();
    Awaitility.await()
        .atMost(PATIENCE)
        .untilAsserted(() -> assertThat(Files.readAllLines(log)).contains("stopping"));
  }

  @Test
  void nodeThatDoesNotWantToStop_isKilled() throws IOException {
    NodeProcess node = start("trap '' TERM; " + READY + "while :; do sleep 0.1; done");
    node.awaitReady(PATIENCE);
    long pid = node.pid();

    node.stop(Duration.ofMillis(300));

    assertThat(ProcessHandle.of(pid).filter(ProcessHandle::isAlive)).isEmpty();
  }

  @Test
  void kill_isSigkill() throws IOException {
    NodeProcess node = start("trap 'echo stopping' TERM; " + READY + "while :; do sleep 0.1; done");
    node.awaitReady(PATIENCE);
    long pid = node.pid();

    node.kill();

    assertThat(ProcessHandle.of(pid).filter(ProcessHandle::isAlive)).isEmpty();
    assertThat(Files.readAllLines(log)).doesNotContain("stopping");
  }
}
