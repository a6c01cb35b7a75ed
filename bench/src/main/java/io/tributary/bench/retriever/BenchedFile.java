package io.tributary.bench.retriever;

import io.tributary.content.AccountId;
import io.tributary.content.Digest;
import io.tributary.content.FidRule;
import io.tributary.content.FileRecord;
import io.tributary.content.FileState;
import io.tributary.content.FragmentHash;
import io.tributary.content.Layout;
import io.tributary.content.MalformedIdException;
import io.tributary.content.Manifest;
import io.tributary.content.Placement;
import io.tributary.content.SegmentHash;
import io.tributary.content.Sha256;
import io.tributary.content.erasure.ErasureCode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;

/**
 * The file that is served: one GiB of random bytes in 32 segments, the first of which have parity
 * columns.
 *
 * <pre>{@code
 * www/file      the data columns, which are the file
 * parity        columns 4 to 11 of each of the first 4 segments
 * hashes        12 of each segment; those of nothing for all other parity
 * }</pre>
 */
final class BenchedFile {
  static final int SEGMENTS = 32;

  /** Segments with parity. */
  static final int CODED = 4;

  static final long BYTES = (long) SEGMENTS * Layout.SEGMENT_BYTES;

  private final Path directory;
  private final List<FragmentHash> hashes;
  private final List<ByteBuffer> data = new ArrayList<>();
  private final List<ByteBuffer> parity = new ArrayList<>();

  /** The one that was made in a directory. */
  BenchedFile(Path directory) throws IOException {
    this.directory = directory;
    List<FragmentHash> read = new ArrayList<>();
    try {
      for (String line : Files.readAllLines(directory.resolve("hashes"))) {
        read.add(FragmentHash.parse(line));
      }
    } catch (MalformedIdException e) {
      throw new IOException("no file in " + directory, e);
    }
    this.hashes = List.copyOf(read);
    map(path(), SEGMENTS * Layout.DATA_COLUMNS, data);
    map(directory.resolve("parity"), CODED * Layout.PARITY_COLUMNS, parity);
  }

  private static void map(Path file, int fragments, List<ByteBuffer> mapped) throws IOException {
    // Private, since a server takes buffers only that could be written to; nobody does.
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      for (int i = 0; i < fragments; i++) {
        mapped.add(
            channel.map(
                FileChannel.MapMode.PRIVATE,
                (long) i * Layout.FRAGMENT_BYTES,
                Layout.FRAGMENT_BYTES));
      }
    }
  }

  /** Makes it. */
  static BenchedFile make(Path directory) throws IOException {
    Files.createDirectories(directory.resolve("www"));
    List<String> hashes = new ArrayList<>();
    ByteBuffer[] columns = new ByteBuffer[Layout.COLUMNS];
    for (int column = 0; column < Layout.COLUMNS; column++) {
      columns[column] = ByteBuffer.allocateDirect(Layout.FRAGMENT_BYTES);
    }
    byte[] bytes = new byte[Layout.FRAGMENT_BYTES];
    SplittableRandom random = new SplittableRandom(1);
    try (FileChannel data = create(directory.resolve("www/file"));
        FileChannel parity = create(directory.resolve("parity"))) {
      for (int segment = 0; segment < SEGMENTS; segment++) {
        for (int column = 0; column < Layout.DATA_COLUMNS; column++) {
          random.nextBytes(bytes);
          columns[column].clear().put(bytes).flip();
        }
        if (segment < CODED) {
          ErasureCode.best()
              .encode(
                  Arrays.copyOf(columns, Layout.DATA_COLUMNS),
                  Arrays.copyOfRange(columns, Layout.DATA_COLUMNS, Layout.COLUMNS));
        }
        for (int column = 0; column < Layout.COLUMNS; column++) {
          boolean isData = column < Layout.DATA_COLUMNS;
          ByteBuffer content = columns[column].duplicate();
          content.clear();
          hashes.add(
              (isData || segment < CODED
                      ? new FragmentHash(Sha256.of(content.duplicate()))
                      : nobodys(segment, column))
                  .toHex());
          if (isData || segment < CODED) {
            FileChannel to = isData ? data : parity;
            while (content.hasRemaining()) {
              to.write(content);
            }
          }
        }
      }
    }
    Files.write(directory.resolve("hashes"), hashes);
    return new BenchedFile(directory);
  }

  /** The hash of a parity column that was not made: such a fragment is not to be had. */
  private static FragmentHash nobodys(int segment, int column) {
    return new FragmentHash(new Digest(segment, column, 0, 2));
  }

  private static FileChannel create(Path file) throws IOException {
    return FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
  }

  /** The whole file. */
  Path path() {
    return directory.resolve("www/file");
  }

  Path root() {
    return directory.resolve("www");
  }

  FragmentHash hash(int segment, int column) {
    return hashes.get(segment * Layout.COLUMNS + column);
  }

  /** The bytes of a data column, or of a parity column of one of the first segments. */
  ByteBuffer fragment(int segment, int column) {
    return (column < Layout.DATA_COLUMNS
            ? data.get(segment * Layout.DATA_COLUMNS + column)
            : parity.get(segment * Layout.PARITY_COLUMNS + column - Layout.DATA_COLUMNS))
        .duplicate();
  }

  boolean has(int segment, int column) {
    return column < Layout.DATA_COLUMNS || segment < CODED;
  }

  /** What the chain says of it. */
  FileRecord record() {
    List<Manifest.Segment> segments = new ArrayList<>();
    for (int segment = 0; segment < SEGMENTS; segment++) {
      segments.add(
          new Manifest.Segment(
              new SegmentHash(new Digest(segment, 0, 0, 1)),
              hashes.subList(segment * Layout.COLUMNS, (segment + 1) * Layout.COLUMNS)));
    }
    AccountId nobody = AccountId.of(new byte[AccountId.BYTES]);
    return new FileRecord(
        Manifest.of(FidRule.MERKLE, BYTES, segments),
        new Placement(
            Collections.nCopies(
                SEGMENTS, Collections.nCopies(Layout.COLUMNS, new Placement.Seat(nobody, true)))),
        FileState.ACTIVE,
        List.of(new FileRecord.Owner(nobody, "file", "bench")));
  }
}
