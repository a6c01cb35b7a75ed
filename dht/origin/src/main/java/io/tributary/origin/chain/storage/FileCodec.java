package io.tributary.origin.chain.storage;

import io.tributary.content.AccountId;
import io.tributary.content.Digest;
import io.tributary.content.Fid;
import io.tributary.content.FileRecord;
import io.tributary.content.FileRecord.Owner;
import io.tributary.content.FileState;
import io.tributary.content.FragmentHash;
import io.tributary.content.Layout;
import io.tributary.content.Manifest;
import io.tributary.content.Placement;
import io.tributary.content.SegmentHash;
import io.tributary.origin.scale.ScaleException;
import io.tributary.origin.scale.ScaleException.Reason;
import io.tributary.origin.scale.ScaleReader;
import io.tributary.origin.scale.ScaleWriter;
import java.util.List;
import java.util.Optional;

/**
 * The record of a stored file, {@code FileBank.File}.
 *
 * <pre>{@code
 * segment_list  Vec of  hash           [u8; 64]
 *                       fragment_list  Vec of  hash   [u8; 64]
 *                                              avail  bool
 *                                              tag    Option<u32>   block of the miner's tag
 *                                              miner  [u8; 32]
 * owner         Vec of  user           [u8; 32]
 *                       file_name      Bytes
 *                       territory_name Bytes
 * file_size     u128
 * completion    u32     block in which the file was complete
 * stat          u8      0 Active, 1 Calculate, 2 Missing, 3 Recovery
 * }</pre>
 *
 * <p>The two block numbers say nothing about delivery; they are checked and dropped.
 */
public final class FileCodec {
  private static final int MIN_FRAGMENT_BYTES = Digest.HEX_CHARS + 1 + 1 + AccountId.BYTES;

  private FileCodec() {}

  /**
   * Reads a record.
   *
   * @param fid the name under which the chain stores it
   * @param scale the record's bytes
   * @throws ScaleException if the bytes are not such a record
   */
  public static FileRecord decode(Fid fid, byte[] scale) {
    ScaleReader in = ScaleReader.of(scale);
    List<Columns> segments =
        in.vec(RecordLimits.MAX_SEGMENTS, Digest.HEX_CHARS + 1, "segments", FileCodec::readSegment);
    List<Owner> owners =
        in.vec(
            RecordLimits.MAX_OWNERS, RecordParts.MIN_OWNER_BYTES, "owners", RecordParts::readOwner);
    long sizeBytes = RecordParts.readFileSize(in);
    in.u32();
    FileState state = readState(in);
    in.end();

    List<Manifest.Segment> hashes = segments.stream().map(Columns::hashes).toList();
    Manifest manifest = RecordParts.manifest(in, fid, sizeBytes, hashes);
    Placement placement = new Placement(segments.stream().map(Columns::seats).toList());
    return new FileRecord(manifest, placement, state, owners);
  }

  /**
   * Writes a record, without tags.
   *
   * @param completionBlock the number of the block in which the file was complete
   * @throws IllegalArgumentException if a part is larger than {@link RecordLimits} allow
   */
  public static byte[] encode(FileRecord file, long completionBlock) {
    if (file.owners().size() > RecordLimits.MAX_OWNERS) {
      throw new IllegalArgumentException(
          "a file has at most " + RecordLimits.MAX_OWNERS + " owners");
    }
    Manifest manifest = file.manifest();
    ScaleWriter out = new ScaleWriter().compact(manifest.segments().size());
    for (int segment = 0; segment < manifest.segments().size(); segment++) {
      Manifest.Segment hashes = manifest.segments().get(segment);
      RecordParts.writeHash(out, hashes.hash().digest());
      out.compact(Layout.COLUMNS);
      for (int column = 0; column < Layout.COLUMNS; column++) {
        Placement.Seat seat = file.placement().seat(segment, column);
        RecordParts.writeHash(out, hashes.fragment(column).digest());
        out.bool(seat.available()).option(Optional.<Long>empty(), ScaleWriter::u32);
        RecordParts.writeAccount(out, seat.miner());
      }
    }
    return out.vec(file.owners(), RecordParts::writeOwner)
        .u128(manifest.sizeBytes())
        .u32(completionBlock)
        .u8(file.state().code())
        .toBytes();
  }

  private record Columns(Manifest.Segment hashes, List<Placement.Seat> seats) {}

  private record Fragment(FragmentHash hash, Placement.Seat seat) {}

  private static Columns readSegment(ScaleReader in) {
    SegmentHash hash = new SegmentHash(RecordParts.readHash(in));
    List<Fragment> columns =
        RecordParts.readColumns(in, MIN_FRAGMENT_BYTES, FileCodec::readFragment);
    return new Columns(
        new Manifest.Segment(hash, columns.stream().map(Fragment::hash).toList()),
        columns.stream().map(Fragment::seat).toList());
  }

  private static Fragment readFragment(ScaleReader in) {
    FragmentHash hash = new FragmentHash(RecordParts.readHash(in));
    boolean available = in.bool();
    in.option(ScaleReader::u32);
    return new Fragment(hash, new Placement.Seat(RecordParts.readAccount(in), available));
  }

  private static FileState readState(ScaleReader in) {
    int at = in.position();
    int code = in.u8();
    for (FileState state : FileState.values()) {
      if (state.code() == code) {
        return state;
      }
    }
    throw new ScaleException(Reason.BAD_ENUM, at, code + " is not the state of a file");
  }
}
