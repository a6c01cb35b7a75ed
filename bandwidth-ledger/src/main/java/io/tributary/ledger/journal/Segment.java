package io.tributary.ledger.journal;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.tributary.ledger.journal.JournalException.Reason;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.zip.CRC32C;

/**
 * One file of the journal: a header and frames, then zeros up to its fixed length.
 *
 * <pre>
 *  0          8         12         16               24       28         64
 *  +----------+---------+----------+----------------+--------+----------+--------...
 *  | TRIBLEDG | version | 0        | first sequence | CRC32C | zeros    | frames
 *  +----------+---------+----------+----------------+--------+----------+--------...
 * </pre>
 */
final class Segment implements AutoCloseable {
  static final int HEADER_BYTES = 64;

  private static final byte[] MAGIC = "TRIBLEDG".getBytes(US_ASCII);
  private static final int VERSION = 1;
  private static final int CRC_AT = 24;
  private static final int ZEROS_BYTES = 1 << 20;
  private static final String SUFFIX = ".journal";
  private static final String UNFINISHED = ".new";
  private static final int NAME_DIGITS = 20;

  private final Path file;
  private final FileChannel channel;
  private int position;

  private Segment(Path file, FileChannel channel, int position) {
    this.file = file;
    this.channel = channel;
    this.position = position;
  }

  /** The file of the segment that begins with a sequence. */
  static Path fileOf(Path directory, long firstSequence) {
    return directory.resolve(("%0" + NAME_DIGITS + "d" + SUFFIX).formatted(firstSequence));
  }

  static boolean isSegment(Path file) {
    String name = file.getFileName().toString();
    return name.endsWith(SUFFIX) && name.length() == NAME_DIGITS + SUFFIX.length();
  }

  /** The sequence a segment's file is named after. */
  static long firstSequence(Path file) throws JournalException {
    String name = file.getFileName().toString();
    try {
      return Long.parseLong(name, 0, NAME_DIGITS, 10);
    } catch (NumberFormatException e) {
      throw new JournalException(
          Reason.DAMAGED, file + " is not named as a segment of the journal is; move it away", e);
    }
  }

  /** Makes an empty segment of full length. It bears its name only when it is complete on disk. */
  static Segment create(Path directory, long firstSequence, int bytes) throws IOException {
    Path file = fileOf(directory, firstSequence);
    Path unfinished = file.resolveSibling(file.getFileName() + UNFINISHED);
    Files.deleteIfExists(unfinished);
    try (FileChannel filling =
        FileChannel.open(unfinished, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      ByteBuffer zeros = ByteBuffer.allocateDirect(Math.min(ZEROS_BYTES, bytes));
      for (int at = 0; at < bytes; at += zeros.capacity()) {
        writeFully(filling, zeros.clear().limit(Math.min(zeros.capacity(), bytes - at)), at);
      }
      writeFully(filling, header(firstSequence), 0);
      filling.force(true);
    } catch (IOException e) {
      Files.deleteIfExists(unfinished);
      throw e;
    }
    Directories.rename(unfinished, file);
    return new Segment(file, FileChannel.open(file, StandardOpenOption.WRITE), HEADER_BYTES);
  }

  /** Opens a segment to go on with it, after cutting off what is torn. */
  static Segment reopen(Path file, SegmentReader.End end) throws IOException {
    FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE);
    try {
      if (end.isTorn()) {
        int length = (int) channel.size();
        writeFully(channel, ByteBuffer.allocate(length - end.nextAt()), end.nextAt());
        channel.force(true);
      }
      return new Segment(file, channel, end.nextAt());
    } catch (IOException e) {
      channel.close();
      throw e;
    }
  }

  /** Reads the whole file, filled up with zeros to its fixed length, and checks its header. */
  static ByteBuffer load(Path file, int bytes) throws IOException, JournalException {
    long length = Files.size(file);
    ByteBuffer content =
        ByteBuffer.allocate((int) Math.max(bytes, Math.min(length, Integer.MAX_VALUE - 8)));
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      while (content.hasRemaining() && channel.read(content) >= 0) {
        // Until the file or the buffer ends.
      }
    }
    content.clear();
    if (!content.slice(0, HEADER_BYTES).equals(header(firstSequence(file)))) {
      throw new JournalException(
          Reason.DAMAGED,
          "the header of "
              + file
              + " is damaged, or the file is of another version. Restore it from a copy");
    }
    return content;
  }

  private static ByteBuffer header(long firstSequence) {
    ByteBuffer header = ByteBuffer.allocate(HEADER_BYTES);
    header.put(MAGIC).putInt(VERSION).putInt(0).putLong(firstSequence);
    CRC32C crc = new CRC32C();
    crc.update(header.duplicate().flip());
    return header.putInt(CRC_AT, (int) crc.getValue()).clear();
  }

  Path file() {
    return file;
  }

  int position() {
    return position;
  }

  /** Writes frames at the end. */
  void append(ByteBuffer frames) throws IOException {
    int bytes = frames.remaining();
    writeFully(channel, frames, position);
    position += bytes;
  }

  /** Returns when all that was written is on disk. */
  void force() throws IOException {
    channel.force(false);
  }

  private static void writeFully(FileChannel channel, ByteBuffer bytes, long at)
      throws IOException {
    for (long place = at; bytes.hasRemaining(); ) {
      place += channel.write(bytes, place);
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
