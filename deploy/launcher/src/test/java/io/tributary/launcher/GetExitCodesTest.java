package io.tributary.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.nodekit.network.NetworkProfile;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What downloads end with, each as {@code get --help} tells it. */
final class GetExitCodesTest {
  private static final byte[] CONTENT = new byte[1_234_567];

  static {
    new SplittableRandom(17).nextBytes(CONTENT);
  }

  @TempDir private Path dir = Path.of("");
  private CountingRetriever retriever;
  private Path target = Path.of("");

  @BeforeEach
  void start() throws IOException {
    retriever = new CountingRetriever(CONTENT);
    target = dir.resolve("film.mp4");
  }

  @AfterEach
  void stop() {
    retriever.close();
  }

  private Ran get(String fid, String... more) {
    List<String> all =
        new ArrayList<>(List.of("get", fid, "-o", target.toString(), "--attempts", "1"));
    all.addAll(List.of(more));
    return Ran.tributary(all.toArray(new String[0]));
  }

  private Ran getVia(String... more) {
    List<String> all = new ArrayList<>(List.of("--via", retriever.url().toString()));
    all.addAll(List.of(more));
    return get(retriever.fid(), all.toArray(new String[0]));
  }

  private void assertEnd(Ran ran, ExitCode expected, String said) {
    assertThat(ran.exitCode()).as(ran.err()).isEqualTo(expected.code());
    assertThat(ran.err()).contains(said);
    assertThat(target).doesNotExist();
  }

  @Test
  void fileThatIsRight_is0() throws Exception {
    Ran ran = getVia();
    assertThat(ran.exitCode()).as(ran.err()).isZero();
    assertThat(Arrays.equals(Files.readAllBytes(target), CONTENT)).isTrue();
  }

  @Test
  void wrongCommandLine_orNoSuchRange_is2() {
    assertEnd(get("abc"), ExitCode.USAGE, "is no fid");
    assertEnd(getVia("--range", "-5"), ExitCode.USAGE, "");
    assertEnd(getVia("--range", "7-3"), ExitCode.USAGE, "");
    assertEnd(getVia("--believe"), ExitCode.USAGE, "--believe is for a --range");
    assertEnd(getVia("--rate", "fast"), ExitCode.USAGE, "--rate");
    String past = CONTENT.length - 1 + "-" + CONTENT.length;
    assertEnd(getVia("--range", past), ExitCode.USAGE, "NO_SUCH_RANGE: ");
  }

  @Test
  void profileThatCannotBeUsed_is3() throws Exception {
    Path profile = Files.writeString(dir.resolve("network.toml"), "name = 5\n");
    assertEnd(get("ab".repeat(32), "--network", profile.toString()), ExitCode.CONFIG, "name");
  }

  @Test
  void fileThatNobodyKnows_is4() {
    Ran ran = get("ab".repeat(32), "--via", retriever.url().toString());
    assertEnd(ran, ExitCode.NOT_FOUND, "UNKNOWN_FILE: ");
  }

  @Test
  void wrongBytes_are5() {
    retriever.lies = true;
    assertEnd(getVia(), ExitCode.INTEGRITY, "WRONG_BYTES: ");
  }

  @Test
  void nobodyThere_orNobodyWhoHasIt_is6() throws Exception {
    int closedPort;
    try (ServerSocket socket = new ServerSocket(0)) {
      closedPort = socket.getLocalPort();
    }
    Ran nobody = get(retriever.fid(), "--via", "http://127.0.0.1:" + closedPort);
    assertEnd(nobody, ExitCode.UNREACHABLE, "UNREACHABLE: ");
    retriever.refusesFrom = 0;
    assertEnd(getVia(), ExitCode.UNREACHABLE, "HTTP 503");
  }

  @Test
  void diskThatFails_is9() {
    target = dir.resolve("no such directory").resolve("film.mp4");
    assertEnd(getVia(), ExitCode.DISK, "DISK: ");
  }

  @Test
  void placeThatAnotherWritesTo_is10() throws Exception {
    Path part = dir.resolve("film.mp4.part");
    try (FileChannel other =
            FileChannel.open(part, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock lock = other.lock()) {
      assertThat(lock.isValid()).isTrue();
      assertEnd(getVia(), ExitCode.LOCKED, "LOCKED: ");
    }
  }

  @Test
  void retrieversOfTheNetworkProfile_areAskedWhereNoneIsNamed() throws Exception {
    NetworkProfile network =
        new NetworkProfile(
                "test",
                new NetworkProfile.Chain(
                    Optional.empty(),
                    11330,
                    List.of(URI.create("http://127.0.0.1:1")),
                    true,
                    new NetworkProfile.Calls(1, 2, 3, 4)))
            .withRetrievers(List.of(retriever.url()));
    Path profile = Files.writeString(dir.resolve("network.toml"), network.toToml());

    Ran ran = get(retriever.fid(), "--network", profile.toString());

    assertThat(ran.exitCode()).as(ran.err()).isZero();
    assertThat(Arrays.equals(Files.readAllBytes(target), CONTENT)).isTrue();
  }
}
