package io.tributary.cacher.store.chronicle;

import io.tributary.cacher.store.chronicle.EntryIndex.Entry;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * A file that is there exactly while its store is closed and in order.
 *
 * <pre>{@code
 * bytes of the books | their CRC-32C | entries of the index | their CRC-32C
 * 262144 0a1b2c3d 5853 4e5f6071
 * }</pre>
 *
 * <p>It holds the CRC-32C of the map's own books, since Chronicle follows them unchecked: books
 * that rotted on disk would send it to addresses outside of the mapping. Fragments are not part of
 * it, they are hashed when they are first used. It also says which {@link EntryIndex} belongs to
 * those books: books change whenever a fragment comes or goes, so an index that does not belong to
 * this stop is found out by one checksum or the other.
 */
final class CleanMarker {
  private static final int PIECE_BYTES = 1 << 20;
  private static final int WORDS = 4;

  private final Path directory;
  private final Path marker;
  private final Path map;
  private final EntryIndex index;

  CleanMarker(Path directory, String name, Path map) {
    this.directory = directory;
    this.marker = directory.resolve(name + ".clean");
    this.map = map;
    this.index = new EntryIndex(directory.resolve(name + ".index"));
  }

  /** Returns what is in the map if it is as it was closed, and removes marker and index. */
  Optional<List<Entry>> take() throws IOException {
    if (!Files.exists(marker)) {
      return Optional.empty();
    }
    Optional<List<Entry>> entries = read();
    delete();
    forceDirectory();
    return entries;
  }

  private Optional<List<Entry>> read() throws IOException {
    try {
      String[] words = Files.readString(marker, StandardCharsets.US_ASCII).strip().split(" ", -1);
      long bookBytes = words.length == WORDS ? Long.parseLong(words[0]) : -1;
      boolean isClean =
          bookBytes > 0
              && Files.exists(map)
              && bookBytes <= Files.size(map)
              && words[1].equals(checksum(bookBytes));
      return isClean
          ? index.read(Long.parseLong(words[2]), Long.parseLong(words[3], 16))
          : Optional.empty();
    } catch (NumberFormatException | CharacterCodingException e) {
      // A marker that rotted is none.
      return Optional.empty();
    }
  }

  /** Removes marker and index, if they are there. */
  void delete() throws IOException {
    Files.deleteIfExists(marker);
    index.delete();
  }

  /**
   * Writes index and marker, once everything else is on the disk.
   *
   * @param bookBytes how much at the start of the map's file are its books
   * @param entries what is in it
   */
  void put(long bookBytes, Collection<Entry> entries) throws IOException {
    try (FileChannel channel = FileChannel.open(map, StandardOpenOption.WRITE)) {
      channel.force(true);
    }
    String text =
        String.format(
            Locale.ROOT,
            "%d %s %d %08x%n",
            bookBytes,
            checksum(bookBytes),
            entries.size(),
            index.write(entries));
    Files.writeString(marker, text, StandardCharsets.US_ASCII);
    try (FileChannel channel = FileChannel.open(marker, StandardOpenOption.WRITE)) {
      channel.force(true);
    }
    forceDirectory();
  }

  private void forceDirectory() throws IOException {
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  private String checksum(long bookBytes) throws IOException {
    CRC32C crc = new CRC32C();
    ByteBuffer piece = ByteBuffer.allocate(PIECE_BYTES);
    try (FileChannel channel = FileChannel.open(map, StandardOpenOption.READ)) {
      long at = 0;
      while (at < bookBytes) {
        piece.clear().limit((int) Math.min(PIECE_BYTES, bookBytes - at));
        int read = channel.read(piece, at);
        if (read < 0) {
          break;
        }
        crc.update(piece.flip());
        at += read;
      }
    }
    return String.format(Locale.ROOT, "%08x", crc.getValue());
  }
}
