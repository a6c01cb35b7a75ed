package io.tributary.origin.chain.storage;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import net.jpountz.xxhash.XXHash64;
import net.jpountz.xxhash.XXHashFactory;
import org.bouncycastle.crypto.digests.Blake2bDigest;

/** The two hashes Substrate makes storage keys with. */
public final class StorageHashes {
  /** The bytes of either hash. */
  public static final int BYTES = 16;

  private static final XXHash64 XXH64 = XXHashFactory.safeInstance().hash64();

  private StorageHashes() {}

  /** Returns {@code twox_128}: XXH64 with seed 0, then with seed 1, both little-endian. */
  public static byte[] twox128(byte[] input) {
    return ByteBuffer.allocate(BYTES)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(XXH64.hash(input, 0, input.length, 0))
        .putLong(XXH64.hash(input, 0, input.length, 1))
        .array();
  }

  /** Returns the 16-byte BLAKE2b hash of the input. */
  public static byte[] blake2b128(byte[] input) {
    Blake2bDigest blake2b = new Blake2bDigest(8 * BYTES);
    blake2b.update(input, 0, input.length);
    byte[] hash = new byte[BYTES];
    blake2b.doFinal(hash, 0);
    return hash;
  }
}
