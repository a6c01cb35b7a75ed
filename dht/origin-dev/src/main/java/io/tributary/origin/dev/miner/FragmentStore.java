package io.tributary.origin.dev.miner;

import io.tributary.content.Digest;
import io.tributary.content.Fid;
import io.tributary.content.FragmentHash;
import io.tributary.content.Layout;
import io.tributary.content.Sha256;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * The fragments of one miner on disk, each a file by its own name.
 *
 * <pre>{@code
 * uploads/                 what is being received; emptied at the start
 * fragments/FID/FRAGMENT   8 MiB each; the zero fragment is an empty file
 * }</pre>
 *
 * <p>A fragment appears under its name only when all of it is on the disk: it is written elsewhere,
 * checked, forced, renamed, and the directory forced. Whatever a crash leaves is in {@code
 * uploads}.
 *
 * <p>Safe for use by many threads. All methods wait for the disk.
 */
final class FragmentStore {
  private static final int READ_BYTES = 64 << 10;
  private static final Pattern HASH = Pattern.compile("[0-9a-f]{64}");

  /** What became of a received fragment. */
  enum Stored {
    /** It is on the disk, now or from before. */
    STORED,
    /** It does not have 8 MiB. */
    WRONG_LENGTH,
    /** Its hash is another one. */
    WRONG_HASH
  }

  private final Path uploads;
  private final Path fragments;

  private FragmentStore(Path uploads, Path fragments) {
    this.uploads = uploads;
    this.fragments = fragments;
  }

  /** Opens or creates the store of a directory and throws away unfinished uploads. */
  static FragmentStore open(Path directory) throws IOException {
    Path uploads = Files.createDirectories(directory.resolve("uploads"));
    Path fragments = Files.createDirectories(directory.resolve("fragments"));
    force(directory);
    for (Path unfinished : list(uploads)) {
      Files.deleteIfExists(unfinished);
    }
    return new FragmentStore(uploads, fragments);
  }

  /** Returns where uploads are to be received: on the same file system as the fragments. */
  Path uploads() {
    return uploads;
  }

  boolean has(Fid fid, FragmentHash fragment) {
    return Files.exists(file(fid, fragment));
  }

  /**
   * Opens a fragment for reading.
   *
   * @return empty if the store does not have it
   */
  Optional<FragmentBody> read(Fid fid, FragmentHash fragment) throws IOException {
    if (fragment.isZero()) {
      return has(fid, fragment) ? Optional.of(FragmentBody.zeros()) : Optional.empty();
    }
    try {
      return Optional.of(
          FragmentBody.file(FileChannel.open(file(fid, fragment), StandardOpenOption.READ)));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  /**
   * Returns any fragment with other bytes than the given one, the zero fragment if there is none.
   */
  FragmentBody readOther(FragmentHash not) throws IOException {
    for (Fid fid : files()) {
      for (FragmentHash other : fragments(fid)) {
        Optional<FragmentBody> body = other.equals(not) ? Optional.empty() : read(fid, other);
        if (body.isPresent()) {
          return body.get();
        }
      }
    }
    return FragmentBody.zeros();
  }

  /**
   * Takes a received file as a fragment.
   *
   * @param received a file in {@link #uploads}; it is moved if it is the fragment, else left alone
   */
  Stored put(Fid fid, FragmentHash fragment, Path received) throws IOException {
    try (FileChannel channel =
        FileChannel.open(received, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      if (channel.size() != Layout.FRAGMENT_BYTES) {
        return Stored.WRONG_LENGTH;
      }
      if (!fragment.digest().equals(hash(channel))) {
        return Stored.WRONG_HASH;
      }
      channel.force(true);
    }
    moveIn(fid, fragment, received);
    return Stored.STORED;
  }

  /** Remembers that a file's zero fragment is in keeping, for which no bytes are needed. */
  void putZero(Fid fid) throws IOException {
    Path empty = Files.createTempFile(uploads, "zero", "");
    moveIn(fid, FragmentHash.ZERO, empty);
  }

  /** Returns the files of which the store has at least one fragment. */
  List<Fid> files() throws IOException {
    return names(fragments, Fid::parse);
  }

  /** Deletes all fragments of a file. */
  void remove(Fid fid) throws IOException {
    Path directory = fragments.resolve(fid.toHex());
    for (Path path : list(directory)) {
      Files.deleteIfExists(path);
    }
    Files.deleteIfExists(directory);
    force(fragments);
  }

  /** Returns the bytes all fragments take on the disk. */
  long usedBytes() throws IOException {
    long bytes = 0;
    for (Fid fid : files()) {
      for (Path path : list(fragments.resolve(fid.toHex()))) {
        bytes += Files.size(path);
      }
    }
    return bytes;
  }

  private List<FragmentHash> fragments(Fid fid) throws IOException {
    return names(fragments.resolve(fid.toHex()), FragmentHash::parse);
  }

  private void moveIn(Fid fid, FragmentHash fragment, Path received) throws IOException {
    Path target = file(fid, fragment);
    Path directory = fragments.resolve(fid.toHex());
    if (!Files.isDirectory(directory)) {
      Files.createDirectories(directory);
      force(fragments);
    }
    Files.move(received, target, StandardCopyOption.ATOMIC_MOVE);
    force(directory);
  }

  private Path file(Fid fid, FragmentHash fragment) {
    return fragments.resolve(fid.toHex()).resolve(fragment.toHex());
  }

  private static Digest hash(FileChannel channel) throws IOException {
    MessageDigest sha256 = Sha256.newDigest();
    ByteBuffer buffer = ByteBuffer.allocate(READ_BYTES);
    while (channel.read(buffer) >= 0) {
      sha256.update(buffer.flip());
      buffer.clear();
    }
    return Digest.of(sha256.digest());
  }

  /** Reads the names in a directory; what has another name is not ours and left alone. */
  private static <T> List<T> names(Path directory, Function<String, T> parse) throws IOException {
    List<T> names = new ArrayList<>();
    for (Path path : list(directory)) {
      String name = String.valueOf(path.getFileName());
      if (HASH.matcher(name).matches()) {
        names.add(parse.apply(name));
      }
    }
    return names;
  }

  private static List<Path> list(Path directory) throws IOException {
    List<Path> paths = new ArrayList<>();
    if (Files.isDirectory(directory)) {
      try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
        entries.forEach(paths::add);
      }
    }
    return paths;
  }

  private static void force(Path directory) throws IOException {
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }
}
