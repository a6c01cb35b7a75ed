package io.tributary.cacher.store.chronicle;

import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.cacher.store.StoredFragment;
import io.tributary.cacher.store.StoredFragment.Verdict;
import io.tributary.content.FragmentHash;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Processes that are killed, or refused disk by the kernel. */
final class KilledStoreTest {
  private static final int ROUNDS = Integer.getInteger("tributary.kill.rounds", 5);

  @TempDir private Path directory = Path.of("");

  /** What the victims said, all rounds together. */
  private final Set<FragmentHash> certain = new HashSet<>();

  private final Set<FragmentHash> possible = new HashSet<>();

  /**
   * Kills a process at a random moment, round after round on one directory: what it had stored is
   * there and right, what it had removed is not, and what was in flight is right or not there.
   */
  @Test
  @Timeout(value = 30, unit = TimeUnit.MINUTES)
  void killedAtAnyMoment_losesAtMostWhatWasInFlight() throws Exception {
    long seed = Long.getLong("tributary.kill.seed", 20_261_121);
    SplittableRandom random = new SplittableRandom(seed);
    Path live = directory.resolve("live");
    int checked = 0;
    for (int round = 0; round < ROUNDS; round++) {
      killOnce(live, random);
      // Every other round the next victim itself finds the store as the last one left it.
      Path opened = round % 2 == 0 ? copyOf(live, round) : live;
      String at = "seed " + seed + ", round " + round;
      try (ChronicleFragmentStore store =
          ChronicleFragmentStore.open(opened, "v", StoreVictim.GEOMETRY, Long.MAX_VALUE)) {
        assertThat(store.opening().kind()).as(at).isEqualTo(Opening.Kind.RECOVERED);
        Set<FragmentHash> there = new HashSet<>();
        long used = 0;
        for (StoredFragment fragment : store.fragments()) {
          there.add(fragment.hash());
          used += fragment.footprint();
          assertThat(fragment.check()).as(at).isEqualTo(Verdict.RIGHT);
          checked++;
        }
        assertThat(there).as(at).containsAll(certain);
        assertThat(possible).as(at).containsAll(there);
        assertThat(store.occupancy().usedBytes()).as(at).isEqualTo(used);
      }
    }
    assertThat(checked).isPositive();
  }

  private void killOnce(Path live, SplittableRandom random)
      throws IOException, InterruptedException {
    Process victim =
        new ProcessBuilder(StoreVictim.command(live, random.nextLong(), "run"))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    int linesBefore = 1 + random.nextInt(150);
    try (BufferedReader said = victim.inputReader()) {
      int lines = 0;
      for (String line = said.readLine(); line != null; line = said.readLine()) {
        heard(line);
        if (++lines == linesBefore) {
          LockSupport.parkNanos(random.nextLong(2_000_000));
          // Not by the process itself, which would drop what it said before.
          victim.toHandle().destroyForcibly();
        }
      }
      assertThat(lines).isGreaterThanOrEqualTo(linesBefore);
    } finally {
      victim.destroyForcibly();
    }
    assertThat(victim.waitFor()).as("died of SIGKILL").isEqualTo(128 + 9);
  }

  private void heard(String line) {
    if (line.startsWith("O")) {
      return;
    }
    assertThat(line).matches("[FSRr] [0-9a-f]{64}");
    FragmentHash hash = FragmentHash.parse(line.substring(2));
    switch (line.charAt(0)) {
      case 'F' -> possible.add(hash);
      case 'S' -> certain.add(hash);
      case 'R' -> certain.remove(hash);
      default -> possible.remove(hash);
    }
  }

  private Path copyOf(Path live, int round) throws IOException {
    Path copy = Files.createDirectory(directory.resolve("copy" + round));
    try (Stream<Path> files = Files.list(live)) {
      for (Path file : files.toList()) {
        Files.copy(file, copy.resolve(file.getFileName()));
      }
    }
    return copy;
  }

  /** The kernel refuses a file of that size, as it does on a full disk: no crash, nothing left. */
  @Test
  void diskThatIsFullAfterAll_isSaidAndLeavesNothingBehind() throws Exception {
    Path full = directory.resolve("full");
    String java = String.join(" ", quoted(StoreVictim.command(full, 1, "open")));
    Process process =
        new ProcessBuilder("sh", "-c", "ulimit -f 4096; exec " + java)
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try (BufferedReader said = process.inputReader()) {
      assertThat(said.readLine()).isEqualTo("E DISK_FULL");
    }
    assertThat(process.waitFor()).isZero();
    assertThat(full.resolve("v.map")).doesNotExist();
  }

  private static List<String> quoted(List<String> words) {
    return words.stream().map(word -> "'" + word + "'").toList();
  }
}
