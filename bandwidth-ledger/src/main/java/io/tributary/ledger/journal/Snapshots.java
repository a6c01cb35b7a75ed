package io.tributary.ledger.journal;

import io.tributary.ledger.journal.JournalException.Reason;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;

/**
 * The state written down, so that old segments need not be replayed.
 *
 * <p>A snapshot is a file of frames like a segment's, without a header. The first has the kind
 * {@link #BEGIN} and names the last record that the snapshot covers; the last has the kind {@link
 * #END}. It bears its name only when it is complete on disk. The two newest are kept.
 */
public final class Snapshots {
  /** The kind of a snapshot's first frame; its payload is the covered sequence. */
  static final byte BEGIN = (byte) 0xF0;

  /** The kind of a snapshot's last frame. */
  static final byte END = (byte) 0xF1;

  private static final String SUFFIX = ".snapshot";
  private static final String UNFINISHED = ".new";
  private static final int KEPT = 2;
  private static final int BUFFER_BYTES = 1 << 20;

  private final Path directory;

  Snapshots(Path directory) {
    this.directory = directory;
  }

  /** Tells the state as records that bring it about when they are replayed. */
  public interface Source {
    /** Gives each record to the sink. Called on the journal's executor, between two batches. */
    void writeTo(Sink sink) throws IOException;
  }

  /** Takes the records of a snapshot. */
  public interface Sink {
    /** Takes one record. */
    void accept(byte kind, ByteBuffer payload) throws IOException;
  }

  void deleteUnfinished() throws IOException {
    for (Path file : list(UNFINISHED)) {
      Files.delete(file);
    }
  }

  private List<Path> list(String suffix) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.filter(f -> f.getFileName().toString().endsWith(suffix)).sorted().toList();
    }
  }

  /** Replays the newest snapshot and returns the last sequence it covers; 0 if there is none. */
  long loadNewest(Journal.Replay replay) throws IOException, JournalException {
    List<Path> all = list(SUFFIX);
    return all.isEmpty() ? 0 : load(all.get(all.size() - 1), replay);
  }

  private static long load(Path file, Journal.Replay replay) throws IOException, JournalException {
    ByteBuffer content = ByteBuffer.wrap(Files.readAllBytes(file));
    long covered = 0;
    boolean ended = false;
    int at = 0;
    for (long sequence = 0; !ended; sequence++) {
      if (!Frame.isValid(content, at) || Frame.claimedSequence(content, at) != sequence) {
        throw damaged(file);
      }
      Frame.Content frame = Frame.read(content, at);
      if (sequence == 0) {
        if (frame.kind() != BEGIN || frame.payload().remaining() != Long.BYTES) {
          throw damaged(file);
        }
        covered = frame.payload().getLong();
      } else if (frame.kind() == END) {
        ended = true;
      } else {
        replay.accept(covered, frame.atMillis(), frame.kind(), frame.payload());
      }
      at = Frame.claimedEnd(content, at);
    }
    if (at != content.limit()) {
      throw damaged(file);
    }
    return covered;
  }

  private static JournalException damaged(Path file) {
    return new JournalException(
        Reason.DAMAGED,
        "the snapshot "
            + file
            + " is damaged. If the segments since the snapshot before it are still there, move it"
            + " away and start again; otherwise restore the directory from a copy");
  }

  void write(long covered, long atMillis, Source state) throws IOException {
    Path file = directory.resolve("%020d%s".formatted(covered, SUFFIX));
    Path unfinished = file.resolveSibling(file.getFileName() + UNFINISHED);
    try (FileChannel channel =
        FileChannel.open(
            unfinished,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      Writer writer = new Writer(channel, atMillis);
      writer.accept(BEGIN, ByteBuffer.allocate(Long.BYTES).putLong(0, covered));
      state.writeTo(writer);
      writer.accept(END, ByteBuffer.allocate(0));
      writer.flush();
      channel.force(true);
    }
    Directories.rename(unfinished, file);
    List<Path> all = list(SUFFIX);
    for (Path old : all.subList(0, Math.max(0, all.size() - KEPT))) {
      Files.delete(old);
    }
  }

  private static final class Writer implements Sink {
    private final FileChannel channel;
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);
    private final long atMillis;
    private long sequence;

    Writer(FileChannel channel, long atMillis) {
      this.channel = channel;
      this.atMillis = atMillis;
    }

    @Override
    public void accept(byte kind, ByteBuffer payload) throws IOException {
      if (buffer.remaining() < Frame.bytes(payload.remaining())) {
        flush();
      }
      Frame.write(buffer, sequence++, 0, kind, atMillis, payload);
    }

    void flush() throws IOException {
      buffer.flip();
      while (buffer.hasRemaining()) {
        channel.write(buffer);
      }
      buffer.clear();
    }
  }
}
