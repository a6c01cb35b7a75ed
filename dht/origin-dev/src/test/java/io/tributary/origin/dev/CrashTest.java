package io.tributary.origin.dev;

import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.content.Layout;
import io.tributary.content.Sha256;
import io.tributary.origin.chain.BlockHash;
import io.tributary.origin.dev.chain.DevChain;
import io.tributary.origin.dev.chain.Header;
import io.tributary.origin.dev.miner.DevMiner;
import io.tributary.origin.dev.runtime.DevRuntime;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An origin that is killed while it writes, three times in the same directory. */
class CrashTest {
  private static final int KILLS = 3;
  private static final long SEED = 20260504;

  @TempDir private Path directory;

  @Test
  void originKilledWhileItWrites_keepsWhatItConfirmed_andNothingHalf() throws Exception {
    SplittableRandom random = new SplittableRandom(SEED);
    List<String> confirmed = new ArrayList<>();
    for (int kill = 0; kill < KILLS; kill++) {
      int lines = random.nextInt(4, 16);
      confirmed.addAll(runAndKill(100L * kill, lines, random.nextInt(30)));
      check(confirmed, "seed " + SEED + ", kill " + kill);
    }
  }

  /** Runs the process until it has confirmed some steps and some time more, then kills it. */
  private List<String> runAndKill(long firstFile, int lines, int moreMillis) throws Exception {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-Xmx256m",
                "-cp",
                System.getProperty("java.class.path"),
                CrashingOrigin.class.getName(),
                directory.toString(),
                Long.toString(firstFile))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    List<String> steps = new ArrayList<>();
    try (BufferedReader out =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.US_ASCII))) {
      for (String line = out.readLine(); line != null; line = out.readLine()) {
        if (line.startsWith("DECLARED ") || line.startsWith("STORED ")) {
          steps.add(line);
        }
        if (steps.size() == lines) {
          process.waitFor(moreMillis, TimeUnit.MILLISECONDS);
          // By its handle: the process itself would close the stream that is still being read.
          process.toHandle().destroyForcibly();
        }
      }
    } finally {
      process.destroyForcibly();
    }
    assertThat(process.waitFor()).as("killed, not ended by itself").isEqualTo(137);
    assertThat(steps).hasSizeGreaterThanOrEqualTo(lines);
    return steps;
  }

  private void check(List<String> confirmed, String run) throws Exception {
    checkFragments(run);
    DevRuntime runtime = DevRuntime.start(Clock.systemUTC(), new SplittableRandom(1));
    try (DevOrigin origin =
        DevOrigin.start(runtime, DevOrigin.Config.inDirectory(directory), new SecureRandom())) {
      checkBlocks(origin.chain(), run);
      for (DevMiner miner : origin.miners()) {
        Path uploads = directory.resolve("miner-%02d".formatted(Integer.parseInt(miner.name())));
        try (Stream<Path> unfinished = Files.list(uploads.resolve("uploads"))) {
          assertThat(unfinished).as(run).isEmpty();
        }
      }
      MinerClient client = new MinerClient(Accounts.number(1));
      for (String step : confirmed) {
        String[] words = step.split(" ", -1);
        SampleFile file = SampleFile.of(Long.parseLong(words[1]), 1, 3);
        if (words[0].equals("DECLARED")) {
          assertThat(origin.chain().header(BlockHash.parse(words[2]))).as(run).isPresent();
        } else {
          int column = Integer.parseInt(words[2]);
          var miner =
              origin
                  .chain()
                  .deal(file.fid())
                  .map(deal -> deal.miners().get(column))
                  .orElseGet(
                      () ->
                          origin
                              .chain()
                              .file(file.fid())
                              .orElseThrow()
                              .placement()
                              .seat(0, column)
                              .miner());
          byte[] bytes =
              client.get(origin.miner(miner).url(), file.fid(), file.fragment(0, column)).body();
          assertThat(Sha256.of(bytes)).as(run).isEqualTo(file.fragment(0, column).digest());
        }
      }
    } finally {
      runtime.close();
    }
  }

  /** Every fragment's file holds the fragment it is named by, before anybody cleans up. */
  private void checkFragments(String run) throws IOException {
    List<Path> fragments;
    try (Stream<Path> all = Files.walk(directory)) {
      fragments =
          all.filter(Files::isRegularFile)
              .filter(path -> path.toString().contains("/fragments/"))
              .toList();
    }
    assertThat(fragments).as(run).isNotEmpty();
    for (Path path : fragments) {
      byte[] bytes = Files.readAllBytes(path);
      byte[] truth = bytes.length == 0 ? new byte[Layout.FRAGMENT_BYTES] : bytes;
      assertThat(Sha256.of(truth).toHex())
          .as("%s, %s", run, path)
          .isEqualTo(path.getFileName().toString());
    }
  }

  private static void checkBlocks(DevChain chain, String run) {
    Header header = chain.head();
    while (header.number() > 0) {
      Header parent = chain.header(header.number() - 1).orElseThrow();
      assertThat(header.parent()).as(run).isEqualTo(parent.hash());
      header = parent;
    }
  }
}
