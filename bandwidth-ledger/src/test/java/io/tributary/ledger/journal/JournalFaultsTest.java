package io.tributary.ledger.journal;

import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.ledger.journal.JournalException.Reason;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Ten thousand injuries to a journal: after each it either has exactly the records that were
 * durable before the injured place, or refuses to open. What was told to be durable is never left
 * out in silence.
 */
final class JournalFaultsTest {
  private static final int SEGMENT_BYTES = 512 << 10;
  private static final JournalOptions OPTIONS =
      new JournalOptions(SEGMENT_BYTES, 1000, 128 << 10, 1000, 1);
  private static final int FAULTS_OF_A_KIND = 2500;

  @TempDir Path directory;

  private final List<byte[]> records = new ArrayList<>();
  private final List<Integer> ends = new ArrayList<>();
  private byte[] whole = {};
  private int lastBatchFirst;

  private record Outcome(List<byte[]> records, boolean isDamaged) {}

  @BeforeEach
  void write() throws IOException, JournalException {
    SplittableRandom random = new SplittableRandom(20);
    Queue<Runnable> tasks = new ArrayDeque<>();
    Journal journal =
        Journal.open(
            directory, OPTIONS, (s, t, k, p) -> {}, sink -> {}, InstantSource.system(), tasks::add);
    int at = Segment.HEADER_BYTES;
    for (int batch = 0; batch < 12; batch++) {
      lastBatchFirst = records.size();
      for (int i = random.nextInt(1, 9); i > 0; i--) {
        byte[] payload = new byte[random.nextInt(4) == 0 ? random.nextInt(3000) : 176];
        if (random.nextBoolean()) {
          random.nextBytes(payload);
        }
        records.add(payload);
        at += Frame.bytes(payload.length);
        ends.add(at);
        journal.append((byte) i, ByteBuffer.wrap(payload), new Ignoring());
      }
      tasks.remove().run();
    }
    journal.close();
    whole = Files.readAllBytes(Segment.fileOf(directory, 1));
  }

  private static final class Ignoring implements Journal.DurableListener {
    @Override
    public void onDurable(long sequence) {}

    @Override
    public void onFailed(JournalException cause) {
      throw new AssertionError(cause);
    }
  }

  private Outcome recover(byte[] content) {
    List<byte[]> found = new ArrayList<>();
    try {
      new SegmentReader(directory, ByteBuffer.wrap(content), true)
          .read(
              Segment.HEADER_BYTES,
              1,
              frame -> {
                byte[] payload = new byte[frame.payload().remaining()];
                frame.payload().get(payload);
                found.add(payload);
              });
      return new Outcome(found, false);
    } catch (JournalException e) {
      assertThat(e.reason()).isEqualTo(Reason.DAMAGED);
      return new Outcome(found, true);
    }
  }

  /** How many records end at or before a place. */
  private int recordsBefore(int place) {
    return (int) ends.stream().filter(end -> end <= place).count();
  }

  private void requirePrefix(Outcome outcome, int count, String where) {
    assertThat(outcome.records()).as(where).hasSize(count);
    for (int i = 0; i < count; i++) {
      assertThat(outcome.records().get(i)).as(where).isEqualTo(records.get(i));
    }
  }

  @Test
  void flippedBit_stopsTheNode() {
    SplittableRandom random = new SplittableRandom(1);
    int end = ends.get(ends.size() - 1);
    for (int fault = 0; fault < FAULTS_OF_A_KIND; fault++) {
      int place = random.nextInt(Segment.HEADER_BYTES, end);
      byte[] bad = whole.clone();
      bad[place] ^= (byte) (1 << random.nextInt(8));
      Outcome outcome = recover(bad);
      assertThat(outcome.isDamaged()).as("byte %d", place).isTrue();
      requirePrefix(outcome, recordsBefore(place), "byte " + place);
    }
  }

  @Test
  void zerosFromSomewhereOn_cutOffOrStop() {
    SplittableRandom random = new SplittableRandom(2);
    for (int fault = 0; fault < FAULTS_OF_A_KIND; fault++) {
      int place = random.nextInt(Segment.HEADER_BYTES, ends.get(ends.size() - 1));
      byte[] bad = whole.clone();
      Arrays.fill(bad, place, bad.length, (byte) 0);
      // All before the zeros is there, whether the node starts or not.
      requirePrefix(recover(bad), recordsBefore(place), "byte " + place);
    }
  }

  @Test
  void truncatedFile_cutsOffOrStops() throws IOException, JournalException {
    SplittableRandom random = new SplittableRandom(3);
    Path file = Segment.fileOf(directory, 1);
    for (int fault = 0; fault < FAULTS_OF_A_KIND; fault++) {
      int place = random.nextInt(Segment.HEADER_BYTES, ends.get(ends.size() - 1));
      byte[] bad = Arrays.copyOf(whole, place);
      if (fault % 25 == 0) {
        Files.write(file, bad);
        bad = Segment.load(file, SEGMENT_BYTES).array();
      } else {
        bad = Arrays.copyOf(bad, SEGMENT_BYTES);
      }
      requirePrefix(recover(bad), recordsBefore(place), "byte " + place);
    }
  }

  @Test
  void batchOfWhichSectorsAreMissing_isCutOffUnlessItWasDurable() {
    SplittableRandom random = new SplittableRandom(4);
    int lastBatchAt = lastBatchFirst == 0 ? Segment.HEADER_BYTES : ends.get(lastBatchFirst - 1);
    int end = ends.get(ends.size() - 1);
    for (int fault = 0; fault < FAULTS_OF_A_KIND; fault++) {
      byte[] bad = whole.clone();
      boolean inLastBatch = random.nextBoolean();
      int sector = random.nextInt(inLastBatch ? lastBatchAt : Segment.HEADER_BYTES, end) / 512;
      int from = Math.max(sector * 512, inLastBatch ? lastBatchAt : Segment.HEADER_BYTES);
      int to = Math.min(bad.length, (sector + 1 + random.nextInt(3)) * 512);
      Arrays.fill(bad, from, to, (byte) 0);
      Outcome outcome = recover(bad);
      String where = "bytes " + from + " to " + to;
      requirePrefix(outcome, recordsBefore(from), where);
      boolean wasDurable = from < lastBatchAt && to < end;
      if (wasDurable && to <= lastBatchAt) {
        assertThat(outcome.isDamaged()).as(where).isTrue();
      }
      if (from >= lastBatchAt) {
        assertThat(outcome.isDamaged()).as(where).isFalse();
      }
    }
  }

  @Test
  void tornBatch_isGoneAfterReopening() throws IOException, JournalException {
    Path file = Segment.fileOf(directory, 1);
    int lastBatchAt = ends.get(lastBatchFirst - 1);
    byte[] torn = whole.clone();
    Arrays.fill(torn, lastBatchAt, lastBatchAt + 40, (byte) 0);
    Files.write(file, torn);
    List<Long> sequences = new ArrayList<>();
    Journal.open(
            directory,
            OPTIONS,
            (s, t, k, p) -> sequences.add(s),
            sink -> {},
            InstantSource.system(),
            Runnable::run)
        .close();
    assertThat(sequences).hasSize(lastBatchFirst);
    byte[] after = Files.readAllBytes(file);
    assertThat(after).hasSize(SEGMENT_BYTES);
    assertThat(Arrays.copyOfRange(after, lastBatchAt, after.length)).containsOnly(0);
  }
}
