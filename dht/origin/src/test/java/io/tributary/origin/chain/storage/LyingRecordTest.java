package io.tributary.origin.chain.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tributary.content.AccountId;
import io.tributary.content.Fid;
import io.tributary.content.FileRecord;
import io.tributary.content.FileRecord.Owner;
import io.tributary.content.Layout;
import io.tributary.content.Manifest;
import io.tributary.content.Placement;
import io.tributary.origin.chain.Deal;
import io.tributary.origin.chain.Miner;
import io.tributary.origin.chain.PoolId;
import io.tributary.origin.chain.RandomRecords;
import io.tributary.origin.scale.ScaleException;
import io.tributary.origin.scale.ScaleException.Reason;
import io.tributary.origin.scale.ScaleWriter;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** Records that are not what the chain may hold: each is refused for its own reason. */
class LyingRecordTest {
  private final RandomRecords random = new RandomRecords(1);
  private final Fid fid = random.fid();
  private final AccountId account = random.account();

  @Test
  void file_withThousandsOfSegmentsClaimed_isRefused() {
    assertReason(Reason.OVERSIZED, () -> FileCodec.decode(fid, scale().compact(1001).toBytes()));
    assertReason(Reason.TRUNCATED, () -> FileCodec.decode(fid, scale().compact(1000).toBytes()));
  }

  @Test
  void file_withTooManyOwnersClaimed_isRefused() {
    byte[] tooMany = scale().compact(0).compact(50_001).fixed(new byte[50_001 * 34]).toBytes();
    assertReason(Reason.OVERSIZED, () -> FileCodec.decode(fid, tooMany));
    byte[] notThere = scale().compact(0).compact(50_000).toBytes();
    assertReason(Reason.TRUNCATED, () -> FileCodec.decode(fid, notThere));
  }

  @Test
  void file_withElevenFragmentsInASegment_isRefused() {
    ScaleWriter out = scale().compact(1);
    RecordParts.writeHash(out, random.digest());
    out.compact(11);
    for (int i = 0; i < 11; i++) {
      RecordParts.writeHash(out, random.digest());
      out.bool(true).u8(0).fixed(account.toBytes());
    }
    out.compact(0).u128(1).u32(0).u8(0);
    assertReason(Reason.BAD_LENGTH, () -> FileCodec.decode(fid, out.toBytes()));
  }

  @Test
  void file_withThirteenFragmentsInASegment_isRefused() {
    ScaleWriter out = scale().compact(1);
    RecordParts.writeHash(out, random.digest());
    out.compact(13).fixed(new byte[13 * 98]);
    assertReason(Reason.OVERSIZED, () -> FileCodec.decode(fid, out.toBytes()));
  }

  @Test
  void file_withAHashThatIsNotHex_isRefused() {
    byte[] scale = FileCodec.encode(random.file(), 0);
    scale[1] = 'A';
    assertReason(Reason.BAD_HASH, () -> FileCodec.decode(fid, scale));
    scale[1] = (byte) 0xe4;
    assertReason(Reason.BAD_HASH, () -> FileCodec.decode(fid, scale));
  }

  @Test
  void file_inAnUnknownState_isRefused() {
    byte[] scale = FileCodec.encode(random.file(), 0);
    scale[scale.length - 1] = 4;
    assertReason(Reason.BAD_ENUM, () -> FileCodec.decode(fid, scale));
  }

  @Test
  void file_whoseSizeAndSegmentsDisagree_isRefused() {
    byte[] scale = scale().compact(0).compact(0).u128(1).u32(0).u8(0).toBytes();
    assertReason(Reason.INCONSISTENT, () -> FileCodec.decode(fid, scale));
    byte[] empty = scale().compact(0).compact(0).u128(0).u32(0).u8(0).toBytes();
    assertReason(Reason.INCONSISTENT, () -> FileCodec.decode(fid, empty));
  }

  @Test
  void file_largerThanCessCanHold_isRefused() {
    byte[] large = scale().compact(0).compact(0).u128(Layout.MAX_FILE_BYTES + 1).toBytes();
    assertReason(Reason.NUMBER_TOO_LARGE, () -> FileCodec.decode(fid, large));
    BigInteger huge = BigInteger.ONE.shiftLeft(127);
    byte[] aboveLong = scale().compact(0).compact(0).u128(huge).toBytes();
    assertReason(Reason.NUMBER_TOO_LARGE, () -> FileCodec.decode(fid, aboveLong));
  }

  @Test
  void file_ownedByAStrangerWhoseNameIsNotUtf8_isReadAllTheSame() {
    FileRecord file = random.file();
    FileRecord bare = new FileRecord(file.manifest(), file.placement(), file.state(), List.of());
    byte[] scale = FileCodec.encode(bare, 0);
    int tail = 16 + 4 + 1;
    byte[] poisoned =
        scale()
            .fixed(Arrays.copyOf(scale, scale.length - tail - 1))
            .compact(1)
            .fixed(account.toBytes())
            .bytes(new byte[] {'a', (byte) 0xff, (byte) 0xc0})
            .bytes(new byte[0])
            .fixed(Arrays.copyOfRange(scale, scale.length - tail, scale.length))
            .toBytes();

    FileRecord read = FileCodec.decode(file.manifest().fid(), poisoned);
    assertThat(read.manifest()).isEqualTo(file.manifest());
    assertThat(read.owners()).containsExactly(new Owner(account, "a\ufffd\ufffd", ""));
  }

  @Test
  void file_atTheChainsLargest_isRead() {
    Manifest small = random.manifest(1);
    Manifest large =
        new Manifest(
            fid, Layout.MAX_FILE_BYTES, Collections.nCopies(1000, small.segments().get(0)));
    FileRecord one = random.file();
    Owner owner = new Owner(account, "n".repeat(63), "t".repeat(63));
    FileRecord file =
        new FileRecord(
            large,
            new Placement(Collections.nCopies(1000, one.placement().segments().get(0))),
            one.state(),
            Collections.nCopies(50_000, owner));
    assertThat(FileCodec.decode(fid, FileCodec.encode(file, 1))).isEqualTo(file);
  }

  @Test
  void deal_withAColumnReportedTwice_isRefused() {
    Deal deal = new Deal(random.manifest(1), random.owner(), List.of());
    assertReason(
        Reason.INCONSISTENT, () -> decodeDeal(deal, 3, random.account(), 3, random.account()));
    assertReason(Reason.INCONSISTENT, () -> decodeDeal(deal, 3, account, 4, account));
  }

  @Test
  void deal_withAColumnOutOfRange_isRefused() {
    Deal deal = new Deal(random.manifest(1), random.owner(), List.of());
    assertReason(Reason.BAD_ENUM, () -> decodeDeal(deal, 0, account, 1, random.account()));
    assertReason(Reason.BAD_ENUM, () -> decodeDeal(deal, 1, account, 13, random.account()));
  }

  @Test
  void miner_withTooLongAnEndpoint_isRefused() {
    byte[] scale = scale().fixed(new byte[64]).bytes(new byte[513]).toBytes();
    assertReason(Reason.OVERSIZED, () -> MinerCodec.decode(account, scale));
  }

  @Test
  void miner_withSpaceBeyondALong_isRefused() {
    byte[] scale =
        scale()
            .fixed(new byte[64])
            .bytes(new byte[0])
            .u128(0)
            .u128(0)
            .bytes(new byte[0])
            .u128(BigInteger.ONE.shiftLeft(63))
            .toBytes();
    assertReason(Reason.NUMBER_TOO_LARGE, () -> MinerCodec.decode(account, scale));
  }

  @Test
  void miner_withAnEndlessProof_isRefused() {
    byte[] miner = MinerCodec.encode(random.miner());
    byte[] scale = scale().fixed(miner).fixed(new byte[16 << 10]).toBytes();
    assertReason(Reason.OVERSIZED, () -> MinerCodec.decode(account, scale));
  }

  @Test
  void miner_inAStateOfTheFuture_isReadAsUnknownAndNotWritten() {
    byte[] scale =
        scale()
            .fixed(new byte[64])
            .bytes(new byte[] {0, 'h', 0, 0})
            .u128(0)
            .u128(0)
            .bytes("retired".getBytes(StandardCharsets.US_ASCII))
            .fixed(new byte[64])
            .toBytes();
    Miner miner = MinerCodec.decode(account, scale);
    assertThat(miner.state()).isEqualTo(Miner.State.UNKNOWN);
    assertThat(miner.endpoint()).isEqualTo("h");
    assertThatThrownBy(() -> MinerCodec.encode(miner)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void gateway_withTooLongADomain_isRefused() {
    byte[] scale = scale().fixed(new byte[PoolId.BYTES]).bytes(new byte[257]).toBytes();
    assertReason(Reason.OVERSIZED, () -> GatewayCodec.decode(account, scale));
  }

  @Test
  void encode_partsAboveTheLimits_areRefused() {
    Owner owner = new Owner(account, "ü".repeat(129), "t");
    Deal deal = new Deal(random.manifest(1), owner, List.of());
    assertThatThrownBy(() -> DealCodec.encode(deal))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a file name has at most 256 bytes, this has 258");
  }

  private Deal decodeDeal(Deal deal, int one, AccountId first, int two, AccountId second) {
    byte[] scale = DealCodec.encode(deal);
    byte[] reported =
        scale()
            .fixed(Arrays.copyOf(scale, scale.length - 1))
            .compact(2)
            .u8(one)
            .fixed(first.toBytes())
            .u8(two)
            .fixed(second.toBytes())
            .toBytes();
    return DealCodec.decode(deal.manifest().fid(), reported);
  }

  private static ScaleWriter scale() {
    return new ScaleWriter();
  }

  private static void assertReason(Reason reason, ThrowingCallable decode) {
    assertThatThrownBy(decode)
        .isInstanceOfSatisfying(
            ScaleException.class, e -> assertThat(e.reason()).isEqualTo(reason));
  }
}
