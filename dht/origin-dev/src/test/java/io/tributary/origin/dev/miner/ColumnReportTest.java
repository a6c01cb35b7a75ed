package io.tributary.origin.dev.miner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tributary.content.AccountId;
import io.tributary.origin.dev.Accounts;
import io.tributary.origin.dev.MinerClient;
import io.tributary.origin.dev.SampleFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** When a miner reports its column, and when it forgets a file. */
class ColumnReportTest {
  private static final int COLUMN = MinerRig.COLUMN;
  private static final Duration SOON = Duration.ofMillis(100);
  private static final Duration NEVER = Duration.ofHours(1);

  private final MinerClient client = new MinerClient(Accounts.number(3));

  @TempDir private Path directory;

  @Test
  void columnOfSeveralSegments_isReportedWhenTheLastIsThere_inAnyOrder() throws Exception {
    SampleFile file = SampleFile.of(1, 3, 12);
    try (MinerRig rig = new MinerRig(directory, NEVER)) {
      rig.order(file);
      for (int segment : List.of(2, 0)) {
        put(rig, file, segment, COLUMN);
      }
      put(rig, file, 1, COLUMN + 1);
      assertThat(rig.reports).isEmpty();
      put(rig, file, 1, COLUMN);
      awaitReport(rig, file);
    }
  }

  @Test
  void columnOfZeros_isReportedOnceItIsPut() throws Exception {
    SampleFile file = SampleFile.of(2, 2, COLUMN);
    try (MinerRig rig = new MinerRig(directory, NEVER)) {
      rig.order(file);
      client.putNothing(rig.miner.url(), file.fid(), file.fragment(0, COLUMN));
      awaitReport(rig, file);
    }
  }

  @Test
  void reportTheChainDidNotGet_isMadeLater() throws Exception {
    SampleFile file = SampleFile.of(3, 1, 12);
    try (MinerRig rig = new MinerRig(directory, SOON)) {
      rig.order(file);
      put(rig, file, 0, COLUMN - 1);
      // The fragment gets in while the chain can be asked; the report cannot go out.
      Path target = directory.resolve("fragments").resolve(file.fid().toHex());
      rig.chainDown.set(true);
      Files.write(target.resolve(file.fragment(0, COLUMN).toHex()), file.bytes(0, COLUMN));
      assertThat(rig.reports).isEmpty();
      rig.chainDown.set(false);
      awaitReport(rig, file);
    }
  }

  @Test
  void reportNotMadeBeforeAStop_isMadeAtTheStart() throws Exception {
    SampleFile file = SampleFile.of(4, 1, 12);
    try (MinerRig rig = new MinerRig(directory, NEVER)) {
      rig.orders.put(file.fid(), new StorageOrder(file.manifest().segments(), others(), Set.of()));
      put(rig, file, 0, COLUMN);
    }
    try (MinerRig rig = new MinerRig(directory, NEVER, file)) {
      awaitReport(rig, file);
    }
  }

  @Test
  void fileTheChainHasDeleted_isForgotten_otherFilesAreNot() throws Exception {
    SampleFile gone = SampleFile.of(5, 1, 12);
    SampleFile kept = SampleFile.of(6, 1, 12);
    Path fragments = directory.resolve("fragments");
    try (MinerRig rig = new MinerRig(directory, SOON)) {
      rig.order(gone);
      rig.order(kept);
      put(rig, gone, 0, COLUMN);
      put(rig, kept, 0, COLUMN);
      rig.orders.remove(gone.fid());
      await()
          .atMost(Duration.ofSeconds(10))
          .until(() -> !Files.exists(fragments.resolve(gone.fid().toHex())));
      assertThat(client.get(rig.miner.url(), kept.fid(), kept.fragment(0, COLUMN)).body())
          .isEqualTo(kept.bytes(0, COLUMN));
    }
  }

  private void put(MinerRig rig, SampleFile file, int segment, int column) throws Exception {
    byte[] answer =
        client
            .put(
                rig.miner.url(),
                file.fid(),
                file.fragment(segment, column),
                file.bytes(segment, column))
            .body();
    assertThat(new String(answer, java.nio.charset.StandardCharsets.UTF_8))
        .contains("\"code\":200");
  }

  private static void awaitReport(MinerRig rig, SampleFile file) {
    await().atMost(Duration.ofSeconds(10)).until(() -> !rig.reports.isEmpty());
    assertThat(rig.reports).containsExactly(rig.miner.account() + " " + file.fid() + " " + COLUMN);
  }

  private static List<AccountId> others() {
    return new ArrayList<>(Collections.nCopies(12, Accounts.number(50).account()));
  }
}
