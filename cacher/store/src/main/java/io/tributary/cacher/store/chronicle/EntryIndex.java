package io.tributary.cacher.store.chronicle;

import io.tributary.content.Digest;
import io.tributary.content.FragmentHash;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.zip.CRC32C;

/**
 * The file that tells, of a map that was closed in order, which fragments are where: with it a
 * start need not go through the map's entries, each of which is on a page of its own.
 *
 * <pre>{@code
 * entry | hash, 32 | position in the map's file, 8 | length, 4 |   big endian, as many as there are
 * }</pre>
 *
 * <p>It has no checksum in itself: that stands in the {@link CleanMarker}, which is there for one
 * start only, beside the checksum of the map's books that the entries are to be found in. So an
 * index of an earlier stop, or of another map, is none.
 */
final class EntryIndex {
  private static final int ENTRY_BYTES = Digest.BYTES + Long.BYTES + Integer.BYTES;

  /** So many entries are read or written at a time. */
  private static final int PIECE_ENTRIES = 8192;

  private final Path file;

  EntryIndex(Path file) {
    this.file = file;
  }

  /**
   * A stored fragment in a map's file.
   *
   * @param hash its name
   * @param position where its bytes start, counted from the start of the file
   * @param length how many they are
   */
  record Entry(FragmentHash hash, long position, int length) {}

  /** Writes all entries to the disk; returns their CRC-32C. */
  long write(Collection<Entry> entries) throws IOException {
    CRC32C crc = new CRC32C();
    ByteBuffer piece = ByteBuffer.allocate(PIECE_ENTRIES * ENTRY_BYTES);
    try (FileChannel channel =
        FileChannel.open(
            file,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      for (Entry entry : entries) {
        if (!piece.hasRemaining()) {
          write(channel, piece, crc);
        }
        piece.put(entry.hash().digest().toBytes()).putLong(entry.position());
        piece.putInt(entry.length());
      }
      write(channel, piece, crc);
      channel.force(true);
    }
    return crc.getValue();
  }

  private static void write(FileChannel channel, ByteBuffer piece, CRC32C crc) throws IOException {
    crc.update(piece.flip());
    piece.rewind();
    while (piece.hasRemaining()) {
      channel.write(piece);
    }
    piece.clear();
  }

  /**
   * Reads the entries, if they are those that were written.
   *
   * @param count how many there must be
   * @param checksum their CRC-32C
   */
  Optional<List<Entry>> read(long count, long checksum) throws IOException {
    if (count < 0
        || count > Integer.MAX_VALUE
        || !Files.exists(file)
        || Files.size(file) != count * ENTRY_BYTES) {
      return Optional.empty();
    }
    CRC32C crc = new CRC32C();
    List<Entry> entries = new ArrayList<>((int) count);
    ByteBuffer piece = ByteBuffer.allocate(PIECE_ENTRIES * ENTRY_BYTES);
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      while (entries.size() < count) {
        piece.clear().limit((int) Math.min(PIECE_ENTRIES, count - entries.size()) * ENTRY_BYTES);
        while (piece.hasRemaining()) {
          if (channel.read(piece) < 0) {
            return Optional.empty();
          }
        }
        crc.update(piece.flip());
        piece.rewind();
        while (piece.hasRemaining()) {
          entries.add(entry(piece));
        }
      }
    }
    return crc.getValue() == checksum ? Optional.of(entries) : Optional.empty();
  }

  private static Entry entry(ByteBuffer in) {
    Digest digest = new Digest(in.getLong(), in.getLong(), in.getLong(), in.getLong());
    return new Entry(new FragmentHash(digest), in.getLong(), in.getInt());
  }

  void delete() throws IOException {
    Files.deleteIfExists(file);
  }

  /**
   * Tells whether entries could be those of a file: each has its place in it, and no two share one
   * or a name.
   *
   * @param first where the first of the file's chunks starts
   * @param end where the last one ends
   */
  static boolean isSound(List<Entry> entries, Geometry geometry, long first, long end) {
    List<Entry> inOrder = new ArrayList<>(entries);
    inOrder.sort(Comparator.comparingLong(Entry::position));
    Set<FragmentHash> hashes = new HashSet<>();
    long free = first;
    for (Entry entry : inOrder) {
      boolean isSound =
          entry.length() > 0
              && entry.length() <= geometry.maxLength()
              && entry.position() >= free
              && entry.position() <= end - Geometry.valueBytes(entry.length())
              && entry.position() % geometry.alignment() == 0
              && hashes.add(entry.hash());
      if (!isSound) {
        return false;
      }
      free = entry.position() + Geometry.valueBytes(entry.length());
    }
    return true;
  }
}
