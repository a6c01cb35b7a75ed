package io.tributary.origin.publish;

import io.tributary.content.AccountId;
import io.tributary.content.Digest;
import io.tributary.content.Fid;
import io.tributary.content.Layout;
import io.tributary.content.MalformedIdException;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What of a file is stored already, kept on disk so that a publisher that was killed goes on where
 * it was.
 *
 * <p>One file per fid. Each line is one fragment that a miner has confirmed, written and forced to
 * disk before it counts:
 *
 * <pre>{@code
 * <segment> <column> <miner, 64 hex>\n        "17 4 d43593c7…a27d"
 * }</pre>
 *
 * <p>A line that was being written at a crash is cut off when the journal is opened again; the
 * fragment it was about is sent once more, which storage miners take in their stride. The journal
 * is a memory of the publisher's own: losing it costs transfers, never correctness.
 *
 * <p>Safe for use by many threads. A second process is kept out by a lock.
 */
final class PublishJournal implements Closeable {
  /** No line is longer: three digits, two digits, a hash, two spaces and the end of line. */
  private static final int MAX_LINE_BYTES = 80;

  /** A journal that has more bytes than every fragment's line is not one of ours. */
  private static final long MAX_BYTES =
      (long) Layout.MAX_SEGMENTS * Layout.COLUMNS * MAX_LINE_BYTES;

  private static final Pattern LINE = Pattern.compile("(\\d{1,3}) (\\d{1,2}) ([0-9a-f]{64})");

  private final FileChannel channel;
  private final Set<Stored> stored;

  private PublishJournal(FileChannel channel, Set<Stored> stored) {
    this.channel = channel;
    this.stored = stored;
  }

  /** A fragment at a miner. */
  private record Stored(int segment, int column, AccountId miner) {}

  /**
   * Opens the journal of a file, empty if there is none yet.
   *
   * @param directory where journals are kept; made if it is missing
   * @throws IOException if the disk fails, or another process publishes the same file
   */
  static PublishJournal open(Path directory, Fid fid) throws IOException {
    Files.createDirectories(directory);
    Path file = directory.resolve(fid.toHex() + ".journal");
    FileChannel channel =
        FileChannel.open(
            file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    try {
      lock(channel, file);
      if (channel.size() > MAX_BYTES) {
        throw new IOException(file + " is not a publish journal: it is too long; delete it");
      }
      Set<Stored> stored = new HashSet<>();
      long intact = read(channel, stored);
      channel.truncate(intact);
      channel.position(intact);
      return new PublishJournal(channel, stored);
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  /** Tells whether a miner has confirmed a fragment. */
  synchronized boolean isStored(int segment, int column, AccountId miner) {
    return stored.contains(new Stored(segment, column, miner));
  }

  /** Returns how many fragments miners have confirmed. */
  synchronized int storedCount() {
    return stored.size();
  }

  /** Notes that a miner has confirmed a fragment; on disk when this returns. */
  synchronized void add(int segment, int column, AccountId miner) throws IOException {
    if (stored.add(new Stored(segment, column, miner))) {
      String line = segment + " " + column + " " + miner + "\n";
      ByteBuffer bytes = StandardCharsets.US_ASCII.encode(line);
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      channel.force(false);
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }

  /** Forgets a file that has become Active. */
  static void delete(Path directory, Fid fid) throws IOException {
    Files.deleteIfExists(directory.resolve(fid.toHex() + ".journal"));
  }

  @SuppressWarnings("resource") // the lock ends with the channel
  private static void lock(FileChannel channel, Path file) throws IOException {
    FileLock lock;
    try {
      lock = channel.tryLock();
    } catch (OverlappingFileLockException e) {
      lock = null;
    }
    if (lock == null) {
      throw new JournalLockedException(file);
    }
  }

  /** Reads whole, well-formed lines and returns where they end. */
  private static long read(FileChannel channel, Set<Stored> stored) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate((int) channel.size());
    while (bytes.hasRemaining() && channel.read(bytes) >= 0) {
      // until the end of the file
    }
    String text = new String(bytes.array(), 0, bytes.position(), StandardCharsets.US_ASCII);
    int intact = 0;
    while (true) {
      int end = text.indexOf('\n', intact);
      if (end < 0) {
        return intact;
      }
      Matcher line = LINE.matcher(text.substring(intact, end));
      if (!line.matches()) {
        return intact;
      }
      int segment = Integer.parseInt(line.group(1));
      int column = Integer.parseInt(line.group(2));
      if (column >= Layout.COLUMNS) {
        return intact;
      }
      try {
        stored.add(new Stored(segment, column, new AccountId(Digest.parse(line.group(3)))));
      } catch (MalformedIdException e) {
        throw new IllegalStateException("the pattern admits hashes only", e);
      }
      intact = end + 1;
    }
  }
}
