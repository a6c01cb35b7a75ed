package io.tributary.origin.chain.storage;

import io.tributary.content.AccountId;
import io.tributary.content.Digest;
import io.tributary.content.Fid;
import io.tributary.content.FileRecord.Owner;
import io.tributary.content.FragmentHash;
import io.tributary.content.Layout;
import io.tributary.content.MalformedIdException;
import io.tributary.content.Manifest;
import io.tributary.content.SegmentHash;
import io.tributary.origin.scale.ScaleException;
import io.tributary.origin.scale.ScaleException.Reason;
import io.tributary.origin.scale.ScaleReader;
import io.tributary.origin.scale.ScaleWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * The pieces that several records and calls of the chain are made of.
 *
 * <p>CESS stores a hash as its 64 lower-case hexadecimal characters, not as 32 bytes. Names are
 * bytes anybody may have chosen: what is not UTF-8 in them is replaced rather than refused, since a
 * stranger can add himself as an owner of any file and must not make it unreadable with that.
 */
public final class RecordParts {
  /** The fewest bytes an owner takes: an account and two empty names. */
  static final int MIN_OWNER_BYTES = AccountId.BYTES + 1 + 1;

  private RecordParts() {}

  /** Reads a hash: 64 ASCII bytes. */
  public static Digest readHash(ScaleReader in) {
    int at = in.position();
    byte[] ascii = in.fixed(Digest.HEX_CHARS, "a hash");
    try {
      return Digest.parse(new String(ascii, StandardCharsets.ISO_8859_1));
    } catch (MalformedIdException e) {
      throw new ScaleException(Reason.BAD_HASH, at, String.valueOf(e.getMessage()));
    }
  }

  /** Writes a hash. */
  public static void writeHash(ScaleWriter out, Digest hash) {
    out.fixed(hash.toHex().getBytes(StandardCharsets.US_ASCII));
  }

  /** Reads an account: 32 bytes. */
  public static AccountId readAccount(ScaleReader in) {
    return AccountId.of(in.fixed(AccountId.BYTES, "an account"));
  }

  /** Writes an account. */
  public static void writeAccount(ScaleWriter out, AccountId account) {
    out.fixed(account.toBytes());
  }

  /** Reads an owner ({@code UserBrief}): account, file name, territory name. */
  public static Owner readOwner(ScaleReader in) {
    return new Owner(
        readAccount(in),
        readText(in, RecordLimits.MAX_NAME_BYTES, "a file name"),
        readText(in, RecordLimits.MAX_NAME_BYTES, "a territory name"));
  }

  /** Writes an owner. */
  public static void writeOwner(ScaleWriter out, Owner owner) {
    writeAccount(out, owner.account());
    writeText(out, owner.fileName(), RecordLimits.MAX_NAME_BYTES, "a file name");
    writeText(out, owner.territory(), RecordLimits.MAX_NAME_BYTES, "a territory name");
  }

  /** Reads a list of segments without placement: {@code Vec<{hash, Vec<hash>}>}. */
  public static List<Manifest.Segment> readSegments(ScaleReader in) {
    return in.vec(
        RecordLimits.MAX_SEGMENTS,
        Digest.HEX_CHARS + 1,
        "segments",
        segment ->
            new Manifest.Segment(
                new SegmentHash(readHash(segment)),
                readColumns(
                    segment, Digest.HEX_CHARS, column -> new FragmentHash(readHash(column)))));
  }

  /** Writes a list of segments without placement. */
  public static void writeSegments(ScaleWriter out, List<Manifest.Segment> segments) {
    out.vec(
        segments,
        (segmentOut, segment) -> {
          writeHash(segmentOut, segment.hash().digest());
          segmentOut.vec(
              segment.fragments(),
              (columnOut, fragment) -> writeHash(columnOut, fragment.digest()));
        });
  }

  /** Reads the size of a file, a {@code u128} that must be the size of a file CESS can hold. */
  public static long readFileSize(ScaleReader in) {
    return in.u128(Layout.MAX_FILE_BYTES, "the size of a file");
  }

  /** Reads a column as the chain counts it, 1 to 12, and returns it as 0 to 11. */
  public static int readColumnIndex(ScaleReader in) {
    int at = in.position();
    int index = in.u8();
    if (index < 1 || index > Layout.COLUMNS) {
      throw new ScaleException(
          Reason.BAD_ENUM, at, "column " + index + " is not 1 to " + Layout.COLUMNS);
    }
    return index - 1;
  }

  /** Writes a column, 0 to 11, as the chain counts it. */
  public static void writeColumnIndex(ScaleWriter out, int column) {
    out.u8(column + 1);
  }

  /**
   * Puts a manifest together.
   *
   * @throws ScaleException if the number of segments does not follow from the size
   */
  public static Manifest manifest(
      ScaleReader in, Fid fid, long sizeBytes, List<Manifest.Segment> segments) {
    return consistent(in, () -> new Manifest(fid, sizeBytes, segments));
  }

  /** Reads a list that has one element per column of a segment. */
  static <T> List<T> readColumns(
      ScaleReader in, int minElementBytes, Function<ScaleReader, T> element) {
    int at = in.position();
    List<T> columns = in.vec(Layout.COLUMNS, minElementBytes, "fragments of a segment", element);
    if (columns.size() != Layout.COLUMNS) {
      throw new ScaleException(
          Reason.BAD_LENGTH,
          at,
          "a segment has " + Layout.COLUMNS + " fragments, this has " + columns.size());
    }
    return columns;
  }

  static String readText(ScaleReader in, int maxBytes, String what) {
    return new String(in.bytes(maxBytes, what), StandardCharsets.UTF_8);
  }

  static void writeText(ScaleWriter out, String text, int maxBytes, String what) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    if (bytes.length > maxBytes) {
      throw new IllegalArgumentException(
          what + " has at most " + maxBytes + " bytes, this has " + bytes.length);
    }
    out.bytes(bytes);
  }

  /** Builds a record from parts that were read; their contradictions are the sender's fault. */
  static <T> T consistent(ScaleReader in, Supplier<T> build) {
    try {
      return build.get();
    } catch (IllegalArgumentException e) {
      throw new ScaleException(Reason.INCONSISTENT, in.position(), String.valueOf(e.getMessage()));
    }
  }
}
