package io.tributary.origin.dev;

import io.tributary.content.AccountId;
import io.tributary.content.Fid;
import io.tributary.content.FidRule;
import io.tributary.content.FileRecord.Owner;
import io.tributary.content.FragmentHash;
import io.tributary.content.Layout;
import io.tributary.content.Manifest;
import io.tributary.content.SegmentHash;
import io.tributary.content.Sha256;
import io.tributary.origin.chain.Call;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * A file whose fragments follow from a number. They are not an erasure code of anything: neither
 * chain nor miners look into them.
 */
public final class SampleFile {
  private final long seed;
  private final Manifest manifest;

  private SampleFile(long seed, Manifest manifest) {
    this.seed = seed;
    this.manifest = manifest;
  }

  /**
   * Makes a file.
   *
   * @param zeroFrom the first column that holds zeros only, {@link Layout#COLUMNS} for none
   */
  public static SampleFile of(long seed, int segments, int zeroFrom) {
    List<Manifest.Segment> list = new ArrayList<>();
    for (int segment = 0; segment < segments; segment++) {
      List<FragmentHash> columns = new ArrayList<>();
      for (int column = 0; column < Layout.COLUMNS; column++) {
        columns.add(
            column < zeroFrom
                ? new FragmentHash(Sha256.of(bytes(seed, segment, column)))
                : FragmentHash.ZERO);
      }
      byte[] name = ByteBuffer.allocate(12).putLong(seed).putInt(segment).array();
      list.add(new Manifest.Segment(new SegmentHash(Sha256.of(name)), columns));
    }
    Fid fid = FidRule.MERKLE.fid(list.stream().map(Manifest.Segment::hash).toList());
    long size = (segments - 1L) * Layout.SEGMENT_BYTES + 1;
    return new SampleFile(seed, new Manifest(fid, size, list));
  }

  /** Makes a file without fragments that could be stored: made-up hashes, for the chain only. */
  public static SampleFile onPaper(long seed, int segments) {
    List<Manifest.Segment> list = new ArrayList<>();
    for (int segment = 0; segment < segments; segment++) {
      List<FragmentHash> columns = new ArrayList<>();
      for (int column = 0; column < Layout.COLUMNS; column++) {
        byte[] name = ByteBuffer.allocate(16).putLong(seed).putInt(segment).putInt(column).array();
        columns.add(new FragmentHash(Sha256.of(name)));
      }
      byte[] name = ByteBuffer.allocate(12).putLong(seed).putInt(segment).array();
      list.add(new Manifest.Segment(new SegmentHash(Sha256.of(name)), columns));
    }
    Fid fid = FidRule.FLAT.fid(list.stream().map(Manifest.Segment::hash).toList());
    return new SampleFile(seed, new Manifest(fid, (long) segments * Layout.SEGMENT_BYTES, list));
  }

  public Manifest manifest() {
    return manifest;
  }

  public Fid fid() {
    return manifest.fid();
  }

  public FragmentHash fragment(int segment, int column) {
    return manifest.segments().get(segment).fragment(column);
  }

  public byte[] bytes(int segment, int column) {
    return bytes(seed, segment, column);
  }

  public Call.UploadDeclaration declaration(AccountId owner) {
    return new Call.UploadDeclaration(manifest, new Owner(owner, "sample.bin", "land"));
  }

  private static byte[] bytes(long seed, int segment, int column) {
    byte[] bytes = new byte[Layout.FRAGMENT_BYTES];
    ByteBuffer.wrap(bytes).putLong(seed).putInt(segment).putInt(column);
    bytes[bytes.length - 1] = 1;
    return bytes;
  }
}
