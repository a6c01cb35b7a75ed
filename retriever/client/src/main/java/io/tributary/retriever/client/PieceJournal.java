package io.tributary.retriever.client;

import io.tributary.content.Fid;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.BitSet;

/**
 * Which pieces of an unfinished download are verified and on the disk; survives {@code kill -9} and
 * the loss of power.
 *
 * <pre>
 * tributary-download 1 FID BYTES
 * 0
 * 7
 * </pre>
 *
 * A piece is written down after its bytes were forced to the disk. A last line without its end was
 * torn and does not count. Not thread-safe.
 */
final class PieceJournal implements AutoCloseable {
  private static final String MAGIC = "tributary-download 1 ";
  private static final int MAX_BYTES = 1 << 20;

  private final FileChannel file;
  private final BitSet done;

  private PieceJournal(FileChannel file, BitSet done) {
    this.file = file;
    this.done = done;
  }

  /**
   * Opens a journal, or begins one if there is none for this file.
   *
   * @param pieces how many there are
   */
  static PieceJournal open(Path path, Fid fid, long bytes, int pieces) throws IOException {
    String header = MAGIC + fid.toHex() + ' ' + bytes + '\n';
    BitSet done = new BitSet(pieces);
    FileChannel file =
        FileChannel.open(
            path, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    try {
      int goodBytes = replay(read(file), header, pieces, done);
      file.truncate(goodBytes).position(goodBytes);
      PieceJournal journal = new PieceJournal(file, done);
      if (goodBytes == 0) {
        journal.append(header);
      }
      return journal;
    } catch (IOException e) {
      file.close();
      throw e;
    }
  }

  /** Returns whether a piece is written down. */
  boolean isDone(int piece) {
    return done.get(piece);
  }

  /** Writes down that a piece is verified and on the disk. */
  void done(int piece) throws IOException {
    append(piece + "\n");
    done.set(piece);
  }

  @Override
  public void close() throws IOException {
    file.close();
  }

  /** Removes a journal, if there is one; it does not come back when the power fails. */
  static void remove(Path path) throws IOException {
    if (Files.exists(path)) {
      try (FileChannel file = FileChannel.open(path, StandardOpenOption.WRITE)) {
        file.truncate(0).force(true);
      }
      Files.delete(path);
    }
  }

  private void append(String text) throws IOException {
    ByteBuffer bytes = StandardCharsets.US_ASCII.encode(text);
    while (bytes.hasRemaining()) {
      file.write(bytes);
    }
    file.force(false);
  }

  private static String read(FileChannel file) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate((int) Math.min(file.size(), MAX_BYTES));
    int read = 0;
    while (bytes.hasRemaining() && read >= 0) {
      read = file.read(bytes, bytes.position());
    }
    return StandardCharsets.ISO_8859_1.decode(bytes.flip()).toString();
  }

  /** Returns how many bytes are good: all up to the first line that is not; 0 for another file. */
  private static int replay(String text, String header, int pieces, BitSet done) {
    if (!text.startsWith(header)) {
      return 0;
    }
    int at = header.length();
    for (int end = text.indexOf('\n', at); end >= 0; end = text.indexOf('\n', at)) {
      String line = text.substring(at, end);
      if (!line.matches("\\d{1,7}") || Integer.parseInt(line) >= pieces) {
        break;
      }
      done.set(Integer.parseInt(line));
      at = end + 1;
    }
    return at;
  }
}
