package io.tributary.origin.dev.chain;

import io.tributary.content.Digest;
import io.tributary.origin.chain.BlockHash;
import io.tributary.origin.scale.ScaleReader;
import io.tributary.origin.scale.ScaleWriter;
import org.bouncycastle.crypto.digests.Blake2bDigest;

/**
 * The header of a block, in Substrate's form.
 *
 * <pre>{@code
 * parent_hash      [u8; 32]
 * number           compact
 * state_root       [u8; 32]   see below
 * extrinsics_root  [u8; 32]   BLAKE2b-256 of the block's one extrinsic
 * digest           Vec of logs: always empty
 * }</pre>
 *
 * <p>A dev chain has no Merkle trie: its state root is the BLAKE2b-256 of the parent's state root
 * and all changes of the block, so that it still stands for the whole history of the state.
 *
 * @param parent the hash of the block before; zeros for the first
 * @param number the number of the block, 0 for the first
 * @param stateRoot stands for the state after the block
 * @param extrinsicsRoot stands for what was done in the block
 */
public record Header(BlockHash parent, long number, Digest stateRoot, Digest extrinsicsRoot) {

  /** Returns the hash of the header, by which the block is known. */
  public BlockHash hash() {
    return new BlockHash(blake2b256(encode()));
  }

  byte[] encode() {
    return new ScaleWriter()
        .fixed(parent.digest().toBytes())
        .compact(number)
        .fixed(stateRoot.toBytes())
        .fixed(extrinsicsRoot.toBytes())
        .compact(0)
        .toBytes();
  }

  static Header decode(byte[] scale) {
    ScaleReader in = ScaleReader.of(scale);
    BlockHash parent = new BlockHash(readDigest(in));
    long number = in.compact(Long.MAX_VALUE, "a block number");
    Header header = new Header(parent, number, readDigest(in), readDigest(in));
    in.compact(0, "the count of logs");
    in.end();
    return header;
  }

  static Digest blake2b256(byte[]... parts) {
    Blake2bDigest blake2b = new Blake2bDigest(8 * Digest.BYTES);
    for (byte[] part : parts) {
      blake2b.update(part, 0, part.length);
    }
    byte[] hash = new byte[Digest.BYTES];
    blake2b.doFinal(hash, 0);
    return Digest.of(hash);
  }

  private static Digest readDigest(ScaleReader in) {
    return Digest.of(in.fixed(Digest.BYTES, "a hash"));
  }
}
