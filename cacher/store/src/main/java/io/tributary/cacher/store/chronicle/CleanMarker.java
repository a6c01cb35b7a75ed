package io.tributary.cacher.store.chronicle;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Locale;
import java.util.zip.CRC32C;

/**
 * A file that is there exactly while its store is closed and in order.
 *
 * <p>It holds the CRC-32C of the map's own books, since Chronicle follows them unchecked: books
 * that rotted on disk would send it to addresses outside of the mapping. Fragments are not part of
 * it, they are hashed when they are first used.
 */
final class CleanMarker {
  private static final int PIECE_BYTES = 1 << 20;

  private final Path directory;
  private final Path marker;
  private final Path map;

  CleanMarker(Path directory, String name, Path map) {
    this.directory = directory;
    this.marker = directory.resolve(name + ".clean");
    this.map = map;
  }

  /** Tells whether the map is as it was closed, and removes the marker. */
  boolean take() throws IOException {
    if (!Files.exists(marker)) {
      return false;
    }
    boolean isClean;
    try {
      String[] words = Files.readString(marker, StandardCharsets.US_ASCII).strip().split(" ", -1);
      long bookBytes = words.length == 2 ? Long.parseLong(words[0]) : -1;
      isClean =
          bookBytes > 0 && bookBytes <= Files.size(map) && words[1].equals(checksum(bookBytes));
    } catch (NumberFormatException | CharacterCodingException e) {
      // A marker that rotted is none.
      isClean = false;
    }
    Files.delete(marker);
    forceDirectory();
    return isClean;
  }

  /** Writes the marker, once everything else is on the disk. */
  void put(long bookBytes) throws IOException {
    try (FileChannel channel = FileChannel.open(map, StandardOpenOption.WRITE)) {
      channel.force(true);
    }
    String text = bookBytes + " " + checksum(bookBytes) + "\n";
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
