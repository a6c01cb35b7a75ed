package io.tributary.origin.dev.chain;

import io.tributary.content.AccountId;
import io.tributary.content.Fid;
import io.tributary.content.FileRecord;
import io.tributary.content.Layout;
import io.tributary.origin.chain.Deal;
import io.tributary.origin.chain.Miner;
import io.tributary.origin.chain.storage.DealCodec;
import io.tributary.origin.chain.storage.FileCodec;
import io.tributary.origin.chain.storage.MinerCodec;
import io.tributary.origin.chain.storage.RecordParts;
import io.tributary.origin.chain.storage.StorageKey;
import io.tributary.origin.scale.ScaleReader;
import io.tributary.origin.scale.ScaleWriter;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** The records of the chain as values, read from a state's bytes. */
final class ChainRecords {
  private static final HexFormat HEX = HexFormat.of();

  /** What everybody has: a million tokens of 18 decimals. */
  private static final BigInteger BALANCE = BigInteger.TEN.pow(24);

  private static final BigInteger NEW_FLAGS = BigInteger.ONE.shiftLeft(127);

  private final Function<byte[], Optional<byte[]>> state;

  ChainRecords(Function<byte[], Optional<byte[]>> state) {
    this.state = state;
  }

  Optional<FileRecord> file(Fid fid) {
    return read(StorageKey.file(fid)).map(scale -> FileCodec.decode(fid, scale));
  }

  /** Returns the block in which a file was complete, which {@link FileRecord} leaves out. */
  Optional<Long> completionBlock(Fid fid) {
    return read(StorageKey.file(fid))
        .map(
            scale ->
                ByteBuffer.wrap(scale).order(ByteOrder.LITTLE_ENDIAN).getInt(scale.length - 5)
                    & 0xffff_ffffL);
  }

  Optional<Deal> deal(Fid fid) {
    return read(StorageKey.deal(fid)).map(scale -> DealCodec.decode(fid, scale));
  }

  /** Returns who is to store which column of an open deal. */
  Optional<List<AccountId>> assignment(Fid fid) {
    return state.apply(DevPallets.assignmentKey(fid)).map(ChainRecords::decodeAssignment);
  }

  Optional<Miner> miner(AccountId account) {
    return read(StorageKey.miner(account)).map(scale -> MinerCodec.decode(account, scale));
  }

  /** Returns how many extrinsics of an account were done. */
  long nonce(AccountId account) {
    return state
        .apply(DevPallets.accountKey(account))
        .map(scale -> ScaleReader.of(scale).u32())
        .orElse(0L);
  }

  static byte[] encodeAssignment(List<AccountId> miners) {
    return new ScaleWriter().vec(miners, RecordParts::writeAccount).toBytes();
  }

  static List<AccountId> decodeAssignment(byte[] scale) {
    ScaleReader in = ScaleReader.of(scale);
    List<AccountId> miners =
        in.vec(Layout.COLUMNS, AccountId.BYTES, "assigned miners", RecordParts::readAccount);
    in.end();
    return miners;
  }

  /** Writes Substrate's account record with everybody's balance. */
  static byte[] encodeAccount(long nonce) {
    return new ScaleWriter()
        .u32(nonce)
        .u32(0)
        .u32(1)
        .u32(0)
        .u128(BALANCE)
        .u128(0)
        .u128(0)
        .u128(NEW_FLAGS)
        .toBytes();
  }

  /** Returns the bytes of a storage key. */
  static byte[] bytes(StorageKey key) {
    String hex = key.toHex();
    return HEX.parseHex(hex, 2, hex.length());
  }

  /** Returns the bytes all keys of a map begin with. */
  static byte[] bytes(io.tributary.origin.chain.storage.StorageMap map) {
    String hex = map.prefix();
    return HEX.parseHex(hex, 2, hex.length());
  }

  private Optional<byte[]> read(StorageKey key) {
    return state.apply(bytes(key));
  }
}
