package io.tributary.ledger.journal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.tributary.ledger.journal.JournalException.Reason;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class JournalTest {
  private static final JournalOptions SMALL = new JournalOptions(512 << 10, 1000, 128 << 10, 2, 1);

  @TempDir Path directory;

  /** The records since the last snapshot, or all; a map that keeps the last text of each kind. */
  static final class Books {
    final Map<Byte, String> last = new LinkedHashMap<>();
    final List<String> replayed = new ArrayList<>();

    void replay(long sequence, long atMillis, byte kind, ByteBuffer payload) {
      String text = UTF_8.decode(payload).toString();
      replayed.add(text);
      last.put(kind, text);
    }

    void snapshot(Snapshots.Sink sink) throws IOException {
      for (Map.Entry<Byte, String> each : last.entrySet()) {
        sink.accept(each.getKey(), UTF_8.encode(each.getValue()));
      }
    }
  }

  private Journal open(Books books) throws JournalException {
    return open(books, SMALL);
  }

  private Journal open(Books books, JournalOptions options) throws JournalException {
    return Journal.open(
        directory, options, books::replay, books::snapshot, InstantSource.system(), Runnable::run);
  }

  private static void append(Journal journal, Books books, int kind, String text) {
    List<Long> sequences = new ArrayList<>();
    journal.append(
        (byte) kind,
        UTF_8.encode(text),
        new Journal.DurableListener() {
          @Override
          public void onDurable(long sequence) {
            sequences.add(sequence);
            books.last.put((byte) kind, text);
          }

          @Override
          public void onFailed(JournalException cause) {
            throw new AssertionError(cause);
          }
        });
    assertThat(sequences).hasSize(1);
  }

  @Test
  void records_areThereAgain() throws JournalException {
    Books books = new Books();
    try (Journal journal = open(books)) {
      append(journal, books, 1, "");
      append(journal, books, 2, "two");
      append(journal, books, 1, "x".repeat(JournalOptions.MAX_RECORD_BYTES));
    }
    Books again = new Books();
    open(again).close();
    assertThat(again.replayed)
        .containsExactly("", "two", "x".repeat(JournalOptions.MAX_RECORD_BYTES));
  }

  @Test
  void manySegments_areReplayedFromTheNewestSnapshot() throws IOException, JournalException {
    Books books = new Books();
    try (Journal journal = open(books)) {
      for (int i = 0; i < 2_000; i++) {
        append(journal, books, i % 100, "record " + i + "x".repeat(i % 3000));
      }
    }
    Books again = new Books();
    try (Journal journal = open(again)) {
      assertThat(again.last).containsExactlyInAnyOrderEntriesOf(books.last);
      assertThat(again.replayed.size()).isLessThan(1_500);
      append(journal, again, 7, "more");
    }
    Books third = new Books();
    open(third).close();
    assertThat(third.last).containsExactlyInAnyOrderEntriesOf(again.last);
    try (Stream<Path> files = Files.list(directory)) {
      assertThat(files.map(f -> f.getFileName().toString().replaceFirst(".*\\.", "")))
          .as("two snapshots at most, one covered segment, those not covered, the lock")
          .hasSizeLessThanOrEqualTo(2 + 1 + 2 + 1);
    }
  }

  @Test
  void secondProcess_isRefused() throws JournalException {
    try (Journal journal = open(new Books())) {
      assertThatExceptionOfType(JournalException.class)
          .isThrownBy(() -> open(new Books()))
          .satisfies(e -> assertThat(e.reason()).isEqualTo(Reason.LOCKED));
      append(journal, new Books(), 1, "still open");
    }
    open(new Books()).close();
  }

  @Test
  void missingSegment_isDamage() throws IOException, JournalException {
    Books books = new Books();
    JournalOptions noSnapshots = new JournalOptions(512 << 10, 1000, 128 << 10, 1000, 1);
    try (Journal journal = open(books, noSnapshots)) {
      for (int i = 0; i < 200; i++) {
        append(journal, books, 1, "x".repeat(10_000));
      }
    }
    List<Path> segments;
    try (Stream<Path> files = Files.list(directory)) {
      segments = files.filter(Segment::isSegment).sorted().toList();
    }
    assertThat(segments).hasSizeGreaterThan(3);
    Files.delete(segments.get(1));
    assertThatExceptionOfType(JournalException.class)
        .isThrownBy(() -> open(new Books(), noSnapshots))
        .withMessageContaining("missing")
        .satisfies(e -> assertThat(e.reason()).isEqualTo(Reason.DAMAGED));
  }

  @Test
  void recordsThatWait_areMadeDurableTogether() throws JournalException {
    Queue<Runnable> tasks = new ArrayDeque<>();
    Books books = new Books();
    Journal journal =
        Journal.open(
            directory, SMALL, books::replay, books::snapshot, InstantSource.system(), tasks::add);
    AtomicInteger durable = new AtomicInteger();
    List<Reason> failures = new ArrayList<>();
    for (int i = 0; i < SMALL.maxQueued() + 3; i++) {
      journal.append(
          (byte) 1,
          UTF_8.encode("record " + i),
          new Journal.DurableListener() {
            @Override
            public void onDurable(long sequence) {
              durable.incrementAndGet();
            }

            @Override
            public void onFailed(JournalException cause) {
              failures.add(cause.reason());
            }
          });
    }
    assertThat(journal.queued()).isEqualTo(SMALL.maxQueued());
    assertThat(failures).containsOnly(Reason.OVERLOADED).hasSize(3);
    assertThat(tasks).as("one task writes them all").hasSize(1);
    tasks.remove().run();
    assertThat(durable).hasValue(SMALL.maxQueued());
    journal.close();
    journal.append(
        (byte) 1,
        UTF_8.encode("late"),
        new Journal.DurableListener() {
          @Override
          public void onDurable(long sequence) {
            throw new AssertionError("a closed journal took a record");
          }

          @Override
          public void onFailed(JournalException cause) {
            failures.add(cause.reason());
          }
        });
    assertThat(failures).hasSize(4).endsWith(Reason.CLOSED);
  }

  @Test
  void manyThreads_getEachRecordOnceInTheOrderOfItsThread()
      throws InterruptedException, JournalException {
    ExecutorService executor = Executors.newSingleThreadExecutor();
    Books books = new Books();
    int threads = 8;
    int each = 2000;
    CountDownLatch done = new CountDownLatch(threads * each);
    try (Journal journal =
        Journal.open(
            directory,
            new JournalOptions(8 << 20, 100_000, 128 << 10, 100, 1),
            books::replay,
            books::snapshot,
            InstantSource.system(),
            executor)) {
      for (int thread = 0; thread < threads; thread++) {
        byte kind = (byte) thread;
        new Thread(
                () -> {
                  for (int i = 0; i < each; i++) {
                    journal.append(
                        kind,
                        UTF_8.encode(kind + ":" + i),
                        new Journal.DurableListener() {
                          @Override
                          public void onDurable(long sequence) {
                            done.countDown();
                          }

                          @Override
                          public void onFailed(JournalException cause) {
                            throw new AssertionError(cause);
                          }
                        });
                  }
                })
            .start();
      }
      done.await();
    } finally {
      executor.shutdown();
    }
    Books again = new Books();
    open(again, new JournalOptions(8 << 20, 100_000, 128 << 10, 100, 1)).close();
    assertThat(again.replayed).hasSize(threads * each).doesNotHaveDuplicates();
    for (int thread = 0; thread < threads; thread++) {
      String prefix = thread + ":";
      List<String> own = again.replayed.stream().filter(t -> t.startsWith(prefix)).toList();
      for (int i = 0; i < each; i++) {
        assertThat(own.get(i)).isEqualTo(prefix + i);
      }
    }
  }
}
