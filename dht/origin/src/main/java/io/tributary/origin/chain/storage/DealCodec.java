package io.tributary.origin.chain.storage;

import io.tributary.content.AccountId;
import io.tributary.content.Fid;
import io.tributary.content.FileRecord.Owner;
import io.tributary.content.Layout;
import io.tributary.content.Manifest;
import io.tributary.origin.chain.Deal;
import io.tributary.origin.scale.ScaleException;
import io.tributary.origin.scale.ScaleReader;
import io.tributary.origin.scale.ScaleWriter;
import java.util.List;

/**
 * The record of a storage order under way, {@code FileBank.DealMap}.
 *
 * <pre>{@code
 * file_size      u128
 * segment_list   Vec of  hash            [u8; 64]
 *                        fragment_list   Vec of hash [u8; 64]
 * user           user [u8; 32], file_name Bytes, territory_name Bytes
 * complete_list  Vec of  index           u8, 1 to 12: the column, counted from 1
 *                        miner           [u8; 32]
 * }</pre>
 */
public final class DealCodec {
  private DealCodec() {}

  /**
   * Reads a record.
   *
   * @param fid the name under which the chain stores it
   * @param scale the record's bytes
   * @throws ScaleException if the bytes are not such a record
   */
  public static Deal decode(Fid fid, byte[] scale) {
    ScaleReader in = ScaleReader.of(scale);
    long sizeBytes = RecordParts.readFileSize(in);
    List<Manifest.Segment> segments = RecordParts.readSegments(in);
    Owner owner = RecordParts.readOwner(in);
    List<Deal.Report> reports =
        in.vec(Layout.COLUMNS, 1 + AccountId.BYTES, "reports", DealCodec::readReport);
    in.end();
    Manifest manifest = RecordParts.manifest(in, fid, sizeBytes, segments);
    return RecordParts.consistent(in, () -> new Deal(manifest, owner, reports));
  }

  /**
   * Writes a record.
   *
   * @throws IllegalArgumentException if a part is larger than {@link RecordLimits} allow
   */
  public static byte[] encode(Deal deal) {
    ScaleWriter out = new ScaleWriter().u128(deal.manifest().sizeBytes());
    RecordParts.writeSegments(out, deal.manifest().segments());
    RecordParts.writeOwner(out, deal.owner());
    out.vec(
        deal.reports(),
        (reportOut, report) -> {
          RecordParts.writeColumnIndex(reportOut, report.column());
          RecordParts.writeAccount(reportOut, report.miner());
        });
    return out.toBytes();
  }

  private static Deal.Report readReport(ScaleReader in) {
    int column = RecordParts.readColumnIndex(in);
    return new Deal.Report(column, RecordParts.readAccount(in));
  }
}
