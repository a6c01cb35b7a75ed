package io.tributary.ledger.journal;

import io.tributary.ledger.LedgerLog;
import io.tributary.ledger.journal.JournalException.Reason;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Records in files, durable before anybody is told.
 *
 * <p>Thread-safe. Records are written by tasks on the executor, one at a time: each takes all that
 * wait, writes them, makes them durable with one {@code fdatasync} and then tells their listeners.
 * While one batch is being made durable the next gathers, so the busier the journal, the larger its
 * batches. One process at a time may have a directory open.
 */
public final class Journal implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Journal.class);
  private static final String LOCK_FILE = "lock";

  private final Path directory;
  private final JournalOptions options;
  private final InstantSource clock;
  private final Executor executor;
  private final Snapshots.Source state;
  private final FileChannel lockChannel;
  private final ByteBuffer batch;
  private final Snapshots snapshots;

  private final Object monitor = new Object();
  private final ArrayDeque<Waiting> waiting = new ArrayDeque<>();
  private boolean isCommitting;
  private boolean isClosed;
  private Optional<JournalException> failure = Optional.empty();

  // Touched by the committing task only.
  private Segment segment;
  private long nextSequence;
  private int segmentsSinceSnapshot;

  private record Waiting(byte kind, ByteBuffer payload, DurableListener listener) {}

  /** Told what becomes of a record, on the journal's executor. */
  public interface DurableListener {
    /** The record is on disk. */
    void onDurable(long sequence);

    /** The record is not, or may not be, on disk. */
    void onFailed(JournalException cause);
  }

  /** Told of all records there are, oldest first, when a journal is opened. */
  public interface Replay {
    /**
     * Takes a record.
     *
     * @param atMillis when it was written, in milliseconds since 1970
     * @param payload a copy
     * @throws JournalException if the record makes no sense
     */
    void accept(long sequence, long atMillis, byte kind, ByteBuffer payload)
        throws JournalException;
  }

  private Journal(
      Path directory,
      JournalOptions options,
      InstantSource clock,
      Executor executor,
      Snapshots.Source state,
      FileChannel lockChannel,
      Segment segment,
      long nextSequence,
      int segmentsSinceSnapshot) {
    this.directory = directory;
    this.options = options;
    this.clock = clock;
    this.executor = executor;
    this.state = state;
    this.lockChannel = lockChannel;
    this.segment = segment;
    this.nextSequence = nextSequence;
    this.segmentsSinceSnapshot = segmentsSinceSnapshot;
    this.snapshots = new Snapshots(directory);
    this.batch = ByteBuffer.allocateDirect(options.maxBatchBytes());
  }

  /**
   * Opens a directory, which is made if there is none, and replays its records.
   *
   * @param replay first gets the records of the newest snapshot, then those written since
   * @param state asked for the records of the next snapshot
   * @param clock tells when records are written
   * @param executor runs the tasks that write, one at a time
   */
  public static Journal open(
      Path directory,
      JournalOptions options,
      Replay replay,
      Snapshots.Source state,
      InstantSource clock,
      Executor executor)
      throws JournalException {
    FileChannel lock = null;
    try {
      Files.createDirectories(directory);
      lock = lock(directory);
      Snapshots snapshots = new Snapshots(directory);
      snapshots.deleteUnfinished();
      long covered = snapshots.loadNewest(replay);
      List<Path> segments = segmentsFrom(directory, covered);
      long nextSequence = covered + 1;
      Segment last = null;
      for (int i = 0; i < segments.size(); i++) {
        Path file = segments.get(i);
        boolean isLast = i == segments.size() - 1;
        SegmentReader.End end = replaySegment(file, options, covered, nextSequence, isLast, replay);
        nextSequence = end.nextSequence();
        if (isLast) {
          if (end.isTorn()) {
            LedgerLog.tornBatch(directory, nextSequence - 1);
          }
          last = Segment.reopen(file, end);
        }
      }
      if (last == null) {
        last = Segment.create(directory, nextSequence, options.segmentBytes());
      }
      return new Journal(
          directory,
          options,
          clock,
          executor,
          state,
          lock,
          last,
          nextSequence,
          Math.max(0, segments.size() - 1));
    } catch (IOException e) {
      closeQuietly(lock);
      throw failed(directory, e);
    } catch (JournalException e) {
      closeQuietly(lock);
      throw e;
    }
  }

  /**
   * What a directory holds.
   *
   * @param segments how many segment files were read
   * @param firstSequence the first record in them, or what the snapshot covers plus one
   * @param nextSequence the sequence of the next record
   * @param isTorn whether an unfinished batch stands at the end, of which nobody was told
   */
  public record Summary(int segments, long firstSequence, long nextSequence, boolean isTorn) {}

  /**
   * Reads a directory without changing or locking it, so its owner may be running.
   *
   * @param isWhole whether to begin with the oldest segment there is, and not with the snapshot
   */
  public static Summary read(Path directory, JournalOptions options, boolean isWhole, Replay replay)
      throws JournalException {
    try {
      long covered = isWhole ? 0 : new Snapshots(directory).loadNewest(replay);
      List<Path> segments = segmentsFrom(directory, covered);
      long first =
          isWhole && !segments.isEmpty() ? Segment.firstSequence(segments.get(0)) : covered + 1;
      long nextSequence = first;
      boolean isTorn = false;
      for (int i = 0; i < segments.size(); i++) {
        SegmentReader.End end =
            replaySegment(
                segments.get(i), options, covered, nextSequence, i == segments.size() - 1, replay);
        nextSequence = end.nextSequence();
        isTorn = end.isTorn();
      }
      return new Summary(segments.size(), first, nextSequence, isTorn);
    } catch (NoSuchFileException e) {
      throw new JournalException(Reason.IO_ERROR, "there is no journal in " + directory, e);
    } catch (IOException e) {
      throw failed(directory, e);
    }
  }

  private static SegmentReader.End replaySegment(
      Path file,
      JournalOptions options,
      long covered,
      long nextSequence,
      boolean isLast,
      Replay replay)
      throws IOException, JournalException {
    long first = Segment.firstSequence(file);
    if (first > nextSequence) {
      throw new JournalException(
          Reason.DAMAGED,
          "records "
              + nextSequence
              + " to "
              + (first - 1)
              + " are missing: a segment before "
              + file
              + " has been taken away. Restore it from a copy");
    }
    ByteBuffer content = Segment.load(file, options.segmentBytes());
    return new SegmentReader(file, content, isLast)
        .read(
            Segment.HEADER_BYTES,
            first,
            frame -> {
              if (frame.sequence() > covered) {
                replay.accept(frame.sequence(), frame.atMillis(), frame.kind(), frame.payload());
              }
            });
  }

  /** The segments that hold records after a sequence, oldest first. */
  private static List<Path> segmentsFrom(Path directory, long covered)
      throws IOException, JournalException {
    List<Path> all;
    try (Stream<Path> files = Files.list(directory)) {
      all = files.filter(Segment::isSegment).sorted().toList();
    }
    List<Path> needed = new ArrayList<>();
    for (int i = 0; i < all.size(); i++) {
      boolean endsBefore =
          i + 1 < all.size() && Segment.firstSequence(all.get(i + 1)) <= covered + 1;
      if (!endsBefore) {
        needed.add(all.get(i));
      }
    }
    return needed;
  }

  private static FileChannel lock(Path directory) throws IOException, JournalException {
    Path file = directory.resolve(LOCK_FILE);
    FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    try {
      FileLock lock = channel.tryLock();
      if (lock != null) {
        return channel;
      }
    } catch (OverlappingFileLockException e) {
      // This process has it open; the message is the same.
    } catch (IOException e) {
      channel.close();
      throw e;
    }
    channel.close();
    throw new JournalException(
        Reason.LOCKED,
        "another process has the journal in "
            + directory
            + " open. Stop it, or give this node a directory of its own");
  }

  /**
   * Adds a record.
   *
   * @param kind what the record is, for whoever replays it
   * @param payload its content, of at most {@link JournalOptions#MAX_RECORD_BYTES}; not to be
   *     changed before the listener is told
   */
  public void append(byte kind, ByteBuffer payload, DurableListener listener) {
    if (payload.remaining() > JournalOptions.MAX_RECORD_BYTES) {
      throw new IllegalArgumentException("a record of " + payload.remaining() + " bytes");
    }
    Optional<JournalException> refusal;
    boolean start = false;
    synchronized (monitor) {
      refusal = refusal();
      if (refusal.isEmpty()) {
        waiting.add(new Waiting(kind, payload, listener));
        start = !isCommitting;
        isCommitting = true;
      }
    }
    refusal.ifPresent(listener::onFailed);
    if (start) {
      executor.execute(this::commit);
    }
  }

  private Optional<JournalException> refusal() {
    if (isClosed) {
      return Optional.of(new JournalException(Reason.CLOSED, "the journal is closed"));
    }
    if (failure.isPresent()) {
      return failure;
    }
    if (waiting.size() >= options.maxQueued()) {
      return Optional.of(
          new JournalException(
              Reason.OVERLOADED,
              waiting.size() + " records wait for the disk of " + directory + "; it is too slow"));
    }
    return Optional.empty();
  }

  /** How many records wait for the disk. */
  public int queued() {
    synchronized (monitor) {
      return waiting.size();
    }
  }

  private void commit() {
    List<Waiting> taken = new ArrayList<>();
    while (true) {
      synchronized (monitor) {
        if (waiting.isEmpty()) {
          isCommitting = false;
          monitor.notifyAll();
          return;
        }
        int bytes = 0;
        for (Waiting next = waiting.peek(); next != null; next = waiting.peek()) {
          bytes += Frame.bytes(next.payload().remaining());
          if (bytes > options.maxBatchBytes()) {
            break;
          }
          taken.add(waiting.remove());
        }
      }
      commit(taken);
      taken.clear();
    }
  }

  /** Writes some records and makes them durable, filling as many segments as it takes. */
  private void commit(List<Waiting> records) {
    int told = 0;
    try {
      while (told < records.size()) {
        int fitting = fill(records, told);
        if (fitting == 0) {
          roll();
          continue;
        }
        segment.append(batch.flip());
        segment.force();
        for (int i = 0; i < fitting; i++) {
          tell(records.get(told++).listener(), nextSequence++);
        }
      }
    } catch (IOException e) {
      JournalException cause = failed(directory, e);
      if (cause.reason() != Reason.DISK_FULL) {
        synchronized (monitor) {
          failure = Optional.of(cause);
        }
      }
      for (Waiting each : records.subList(told, records.size())) {
        tell(each.listener(), cause);
      }
    }
  }

  private static void tell(DurableListener listener, long sequence) {
    try {
      listener.onDurable(sequence);
    } catch (RuntimeException e) {
      LedgerLog.listenerFailed(sequence, e);
    }
  }

  private static void tell(DurableListener listener, JournalException cause) {
    try {
      listener.onFailed(cause);
    } catch (RuntimeException e) {
      LedgerLog.refusalListenerFailed(String.valueOf(cause.getMessage()), e);
    }
  }

  /** Writes frames into the batch as far as the segment has room, and returns how many. */
  private int fill(List<Waiting> records, int from) {
    batch.clear();
    int room = options.segmentBytes() - segment.position();
    long durable = nextSequence - 1;
    long now = clock.millis();
    int count = 0;
    while (from + count < records.size()) {
      Waiting each = records.get(from + count);
      if (batch.position() + Frame.bytes(each.payload().remaining()) > room) {
        break;
      }
      Frame.write(batch, nextSequence + count, durable, each.kind(), now, each.payload());
      count++;
    }
    return count;
  }

  private void roll() throws IOException {
    Segment next = Segment.create(directory, nextSequence, options.segmentBytes());
    segment.close();
    segment = next;
    segmentsSinceSnapshot++;
    if (segmentsSinceSnapshot >= options.segmentsPerSnapshot()) {
      snapshots.write(nextSequence - 1, clock.millis(), state);
      segmentsSinceSnapshot = 0;
      deleteOldSegments();
    }
  }

  private void deleteOldSegments() throws IOException {
    List<Path> all;
    try (Stream<Path> files = Files.list(directory)) {
      all = files.filter(Segment::isSegment).sorted().toList();
    }
    for (Path file : all.subList(0, Math.max(0, all.size() - 1 - options.retainedSegments()))) {
      Files.delete(file);
    }
  }

  private static JournalException failed(Path directory, IOException cause) {
    String text = String.valueOf(cause.getMessage());
    return text.contains("No space left") || text.contains("Disk quota")
        ? new JournalException(
            Reason.DISK_FULL,
            "the disk of "
                + directory
                + " is full. Nothing is lost, but nothing that costs money is served until there is"
                + " room",
            cause)
        : new JournalException(
            Reason.IO_ERROR,
            "the disk of "
                + directory
                + " failed: "
                + text
                + ". What is durable is unknown until the node is started again",
            cause);
  }

  /** Refuses further records, waits for those accepted, and lets the directory go. */
  @Override
  public void close() {
    synchronized (monitor) {
      isClosed = true;
      boolean interrupted = false;
      while (isCommitting) {
        try {
          monitor.wait();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
    try {
      segment.close();
    } catch (IOException e) {
      LedgerLog.notClosedInOrder(directory, e);
    }
    closeQuietly(lockChannel);
  }

  private static void closeQuietly(@Nullable FileChannel channel) {
    if (channel != null) {
      try {
        channel.close();
      } catch (IOException e) {
        log.debug("A file of the journal did not close in order", e);
      }
    }
  }
}
