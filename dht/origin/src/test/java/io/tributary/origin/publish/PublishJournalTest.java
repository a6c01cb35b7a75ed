package io.tributary.origin.publish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import io.tributary.content.AccountId;
import io.tributary.content.Digest;
import io.tributary.content.Fid;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class PublishJournalTest {
  private static final Fid FID = new Fid(new Digest(1, 2, 3, 4));
  private static final AccountId ALICE = new AccountId(new Digest(5, 6, 7, 8));
  private static final AccountId BOB = new AccountId(new Digest(9, 6, 7, 8));

  @TempDir private Path dir = Path.of("");

  @Test
  void confirmedFragments_areThereAfterReopening() throws IOException {
    try (PublishJournal journal = PublishJournal.open(dir, FID)) {
      journal.add(0, 11, ALICE);
      journal.add(999, 0, BOB);
      journal.add(999, 0, BOB);
    }
    try (PublishJournal journal = PublishJournal.open(dir, FID)) {
      assertThat(journal.storedCount()).isEqualTo(2);
      assertThat(journal.isStored(0, 11, ALICE)).isTrue();
      assertThat(journal.isStored(999, 0, BOB)).isTrue();
      assertThat(journal.isStored(999, 0, ALICE)).isFalse();
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void journalCutAnywhere_keepsItsWholeLinesAndGoesOn(long seed) throws IOException {
    SplittableRandom random = new SplittableRandom(seed);
    try (PublishJournal journal = PublishJournal.open(dir, FID)) {
      for (int segment = 0; segment < 50; segment++) {
        journal.add(segment, random.nextInt(12), ALICE);
      }
    }
    Path file = dir.resolve(FID + ".journal");
    byte[] whole = Files.readAllBytes(file);
    for (int round = 0; round < 100; round++) {
      int cut = random.nextInt(whole.length + 1);
      Files.write(file, Arrays.copyOf(whole, cut));
      long lines =
          new String(whole, 0, cut, StandardCharsets.US_ASCII)
              .chars()
              .filter(c -> c == '\n')
              .count();
      try (PublishJournal journal = PublishJournal.open(dir, FID)) {
        assertThat(journal.storedCount()).as("seed %s cut %s", seed, cut).isEqualTo((int) lines);
        journal.add(777, 7, BOB);
      }
      try (PublishJournal journal = PublishJournal.open(dir, FID)) {
        assertThat(journal.storedCount()).isEqualTo((int) lines + 1);
        assertThat(journal.isStored(777, 7, BOB)).isTrue();
      }
    }
  }

  @Test
  void garbageAfterWholeLines_isCutOff() throws IOException {
    try (PublishJournal journal = PublishJournal.open(dir, FID)) {
      journal.add(1, 2, ALICE);
    }
    Files.writeString(
        dir.resolve(FID + ".journal"), "1 12 " + BOB + "\n", StandardOpenOption.APPEND);
    try (PublishJournal journal = PublishJournal.open(dir, FID)) {
      assertThat(journal.storedCount()).isEqualTo(1);
    }
  }

  @Test
  void secondPublisherOfOneFile_isKeptOut() throws IOException {
    try (PublishJournal first = PublishJournal.open(dir, FID)) {
      assertThatThrownBy(() -> PublishJournal.open(dir, FID))
          .isInstanceOf(JournalLockedException.class);
      assertThat(first.storedCount()).isZero();
    }
    PublishJournal.open(dir, FID).close();
  }

  @Test
  void finishedFile_isForgotten() throws IOException {
    PublishJournal.open(dir, FID).close();
    PublishJournal.delete(dir, FID);
    assertThat(dir).isEmptyDirectory();
  }

  @FuzzTest
  void anyFile_isReadUpToItsLastWholeLine(FuzzedDataProvider data) throws IOException {
    Path fuzzed = Files.createTempDirectory("journal");
    Path file = fuzzed.resolve(FID + ".journal");
    Files.write(file, data.consumeRemainingAsBytes());
    try (PublishJournal journal = PublishJournal.open(fuzzed, FID)) {
      journal.add(5, 5, ALICE);
    }
    try (PublishJournal journal = PublishJournal.open(fuzzed, FID)) {
      assertThat(journal.isStored(5, 5, ALICE)).isTrue();
    }
    Files.delete(file);
    Files.delete(fuzzed);
  }
}
