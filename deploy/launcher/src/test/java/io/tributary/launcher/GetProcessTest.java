package io.tributary.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tributary.content.Layout;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Downloads in processes of their own, which are killed and interrupted. */
final class GetProcessTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /** Less than any pause that the retriever asks for. */
  private static final long STOP_SECONDS = 15;

  private static final byte[] CONTENT = new byte[2 * Layout.SEGMENT_BYTES + 9_876_543];

  static {
    new SplittableRandom(13).nextBytes(CONTENT);
  }

  @TempDir private Path dir = Path.of("");
  private final List<Process> started = new ArrayList<>();
  private CountingRetriever retriever;
  private Path target = Path.of("");

  @BeforeEach
  void start() throws IOException {
    retriever = new CountingRetriever(CONTENT);
    target = dir.resolve("film.mp4");
  }

  @AfterEach
  void stop() {
    started.forEach(Process::destroyForcibly);
    retriever.close();
  }

  private List<String> command(String... more) {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx128m",
                "-cp",
                System.getProperty("java.class.path"),
                Tributary.class.getName(),
                "get",
                retriever.fid(),
                "--via",
                retriever.url().toString(),
                "--connections",
                "1",
                "--progress",
                "json"));
    if (!List.of(more).contains("-o")) {
      command.addAll(List.of("-o", target.toString()));
    }
    command.addAll(List.of(more));
    if (System.getProperty("os.name").equals("Linux")) {
      // A shell has what it runs in the background ignore interrupts, and so all that comes of it.
      command.addAll(0, List.of("env", "--default-signal=INT"));
    }
    return command;
  }

  private Process get(String... more) throws IOException {
    Process process = new ProcessBuilder(command(more)).start();
    started.add(process);
    return process;
  }

  /** Reads events until one of a name comes. */
  private static JsonNode read(BufferedReader events, String name) throws IOException {
    for (String line = events.readLine(); line != null; line = events.readLine()) {
      JsonNode event = line.startsWith("{") ? new ObjectMapper().readTree(line) : null;
      if (event != null && event.path("event").asText().equals(name)) {
        return event;
      }
    }
    throw new AssertionError("no event " + name);
  }

  /** Runs the command again and returns how many bytes it found verified. */
  private long finish() throws Exception {
    long before = retriever.sentBytes.get();
    Process again = get();
    try (BufferedReader events = again.errorReader(StandardCharsets.UTF_8)) {
      long already = read(events, "started").path("alreadyBytes").asLong();
      assertThat(read(events, "done").path("verifiedBytes").asLong()).isEqualTo(CONTENT.length);
      assertThat(again.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
      assertThat(again.exitValue()).isZero();
      assertThat(retriever.sentBytes.get() - before).isEqualTo(CONTENT.length - already);
      assertThat(Arrays.equals(Files.readAllBytes(target), CONTENT)).isTrue();
      assertThat(dir.resolve("film.mp4.part")).doesNotExist();
      assertThat(dir.resolve("film.mp4.part.pieces")).doesNotExist();
      return already;
    }
  }

  @Test
  void killedDownload_goesOn_andReadsNoVerifiedPieceAgain() throws Exception {
    Process first = get("--rate", "24MiB");
    try (BufferedReader events = first.errorReader(StandardCharsets.UTF_8)) {
      assertThat(read(events, "verified").path("piece").asInt()).isZero();
      // In the middle of the second piece.
      Awaitility.await()
          .atMost(PATIENCE)
          .until(() -> retriever.sentBytes.get() > Layout.SEGMENT_BYTES);
      first.destroyForcibly();
      first.waitFor();
    }
    assertThat(target).doesNotExist();

    assertThat(finish()).isEqualTo(Layout.SEGMENT_BYTES);
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void standardOutputThatTakesNothing_isAFailureOfTheDisk() throws Exception {
    ProcessBuilder command = new ProcessBuilder(command("-o", "-"));
    command.redirectOutput(Path.of("/dev/full").toFile());
    Process full = command.start();
    started.add(full);
    assertThat(full.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
    assertThat(full.exitValue()).isEqualTo(ExitCode.DISK.code());
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void readerOfStandardOutputThatIsGone_endsTheDownload() throws Exception {
    List<String> piped =
        new ArrayList<>(
            List.of("bash", "-c", "\"$@\" | head -c 1 >/dev/null; exit ${PIPESTATUS[0]}", "-"));
    piped.addAll(command("-o", "-", "--rate", "24MiB"));
    Process download = new ProcessBuilder(piped).start();
    started.add(download);
    assertThat(download.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
    assertThat(download.exitValue()).isEqualTo(ExitCode.DISK.code());
    assertThat(retriever.sentBytes).hasValueLessThan(CONTENT.length);
  }

  @Test
  void interruptWithinAPause_endsAtOnceWith130_andLeavesAStateToGoOnWith() throws Exception {
    retriever.refusesFrom = Layout.SEGMENT_BYTES;
    Process first = get();
    try (BufferedReader events = first.errorReader(StandardCharsets.UTF_8)) {
      read(events, "failed");
      new ProcessBuilder("kill", "-INT", String.valueOf(first.pid())).start().waitFor();
      assertThat(first.waitFor(STOP_SECONDS, TimeUnit.SECONDS)).isTrue();
    }
    assertThat(first.exitValue()).isEqualTo(ExitCode.INTERRUPTED.code());
    assertThat(retriever.refusals).as("it did not wait for the pause to end").hasValue(1);
    assertThat(target).doesNotExist();

    retriever.refusesFrom = Long.MAX_VALUE;
    assertThat(finish()).isEqualTo(Layout.SEGMENT_BYTES);
  }

  @Test
  void interruptWhileBytesCome_endsWith130_andLeavesAStateToGoOnWith() throws Exception {
    Process first = get("--rate", "24MiB");
    try (BufferedReader events = first.errorReader(StandardCharsets.UTF_8)) {
      assertThat(read(events, "verified").path("piece").asInt()).isZero();
      Awaitility.await()
          .atMost(PATIENCE)
          .until(() -> retriever.sentBytes.get() > Layout.SEGMENT_BYTES);
      new ProcessBuilder("kill", "-INT", String.valueOf(first.pid())).start().waitFor();
      assertThat(first.waitFor(STOP_SECONDS, TimeUnit.SECONDS)).isTrue();
    }
    assertThat(first.exitValue()).isEqualTo(ExitCode.INTERRUPTED.code());
    assertThat(target).doesNotExist();
    assertThat(finish()).isEqualTo(Layout.SEGMENT_BYTES);
  }
}
