package io.tributary.retriever.engine;

import io.tributary.content.AccountId;
import io.tributary.content.Digest;
import io.tributary.content.FidRule;
import io.tributary.content.FileRecord;
import io.tributary.content.FileState;
import io.tributary.content.FragmentHash;
import io.tributary.content.Layout;
import io.tributary.content.Manifest;
import io.tributary.content.Placement;
import io.tributary.content.Segmenter;
import io.tributary.content.erasure.ErasureCode;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import java.util.SplittableRandom;

/** A file of random bytes, with all of its fragments. */
final class TestFile {
  private final byte[] bytes;
  private final byte[][][] fragments;
  private final FileRecord record;

  private TestFile(byte[] bytes, byte[][][] fragments, Manifest manifest) {
    this.bytes = bytes;
    this.fragments = fragments;
    List<List<Placement.Seat>> seats = new ArrayList<>();
    for (int segment = 0; segment < manifest.segments().size(); segment++) {
      List<Placement.Seat> columns = new ArrayList<>();
      for (int column = 0; column < Layout.COLUMNS; column++) {
        columns.add(new Placement.Seat(account(column), true));
      }
      seats.add(columns);
    }
    this.record =
        new FileRecord(
            manifest,
            new Placement(seats),
            FileState.ACTIVE,
            List.of(new FileRecord.Owner(account(99), "test.bin", "land")));
  }

  /** One segment, made once for all tests: with its parity it takes 128 MiB. */
  static TestFile ofOneSegment() {
    return Segment.FILE;
  }

  /** The same segment twice, which takes no more memory but for the bytes themselves. */
  static TestFile ofTwoEqualSegments() {
    TestFile one = ofOneSegment();
    byte[] bytes = Arrays.copyOf(one.bytes, 2 * one.bytes.length);
    System.arraycopy(one.bytes, 0, bytes, one.bytes.length, one.bytes.length);
    Manifest.Segment segment = one.record.manifest().segments().get(0);
    return new TestFile(
        bytes,
        new byte[][][] {one.fragments[0], one.fragments[0]},
        Manifest.of(FidRule.MERKLE, bytes.length, List.of(segment, segment)));
  }

  private static final class Segment {
    private static final TestFile FILE = of(2, Layout.SEGMENT_BYTES);
  }

  static TestFile of(long seed, int size) {
    byte[] bytes = new byte[size];
    new SplittableRandom(seed).nextBytes(bytes);
    byte[][][] fragments = new byte[Layout.segmentCount(size)][Layout.COLUMNS][];
    try {
      Manifest manifest =
          new Segmenter((data, parity) -> ErasureCode.best().encode(data, parity))
              .segment(
                  new ByteArrayInputStream(bytes),
                  OptionalLong.of(size),
                  segment -> {
                    for (int column = 0; column < Layout.COLUMNS; column++) {
                      byte[] copy = new byte[Layout.FRAGMENT_BYTES];
                      segment.fragment(column).get(copy);
                      fragments[segment.index()][column] = copy;
                    }
                  });
      return new TestFile(bytes, fragments, manifest);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static AccountId account(int number) {
    byte[] raw = new byte[Digest.BYTES];
    Arrays.fill(raw, (byte) (number + 1));
    return new AccountId(Digest.of(raw));
  }

  byte[] bytes() {
    return bytes;
  }

  int size() {
    return bytes.length;
  }

  FileRecord record() {
    return record;
  }

  FileView view() {
    return FileView.of(record);
  }

  byte[] fragment(int segment, int column) {
    return fragments[segment][column];
  }

  FragmentHash hash(int segment, int column) {
    return record.manifest().fragment(segment, column);
  }

  /** Whether bytes are those of the file from an offset on. */
  boolean has(long offset, ByteBuffer piece) {
    return ByteBuffer.wrap(bytes, (int) offset, piece.remaining()).equals(piece);
  }
}
