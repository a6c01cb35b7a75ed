package io.tributary.retriever.engine.chunk;

import io.tributary.content.Layout;
import io.tributary.content.Sha256;
import java.nio.ByteBuffer;
import java.security.DigestException;
import java.security.MessageDigest;
import java.util.Arrays;

/**
 * The hashes of a fragment's chunks, by which a part of it is verified without the rest.
 *
 * <pre>{@code
 * fragment   [ 64 KiB | 64 KiB | 64 KiB |  ...  | 64 KiB ]      128 chunks
 * tree       [ SHA-256| SHA-256| SHA-256|  ...  | SHA-256]      4 KiB
 * }</pre>
 *
 * <p>It is made of bytes that have the fragment's hash, by whoever uses it: nobody's word is taken
 * for it, so it needs no root. Immutable.
 */
public final class ChunkTree {
  /** The bytes of a chunk. */
  public static final int CHUNK_BYTES = 64 << 10;

  /** The chunks of a fragment. */
  public static final int CHUNKS = Layout.FRAGMENT_BYTES / CHUNK_BYTES;

  private static final int HASH_BYTES = 32;

  private final byte[] hashes;

  private ChunkTree(byte[] hashes) {
    this.hashes = hashes;
  }

  /**
   * Makes the tree of a fragment.
   *
   * @param fragment all of its bytes, verified; position and limit stay
   */
  public static ChunkTree of(ByteBuffer fragment) {
    if (fragment.remaining() != Layout.FRAGMENT_BYTES) {
      throw new IllegalArgumentException("a fragment of " + fragment.remaining() + " bytes");
    }
    byte[] hashes = new byte[CHUNKS * HASH_BYTES];
    MessageDigest sha256 = Sha256.newDigest();
    for (int chunk = 0; chunk < CHUNKS; chunk++) {
      hash(sha256, fragment, chunk * CHUNK_BYTES, hashes, chunk * HASH_BYTES);
    }
    return new ChunkTree(hashes);
  }

  private static void hash(
      MessageDigest sha256, ByteBuffer bytes, int offset, byte[] into, int at) {
    sha256.update(bytes.slice(bytes.position() + offset, CHUNK_BYTES));
    try {
      sha256.digest(into, at, HASH_BYTES);
    } catch (DigestException e) {
      throw new IllegalStateException("a SHA-256 has 32 bytes", e);
    }
  }

  /**
   * Tells whether bytes are those of the fragment.
   *
   * @param offset where they begin in the fragment; a multiple of {@link #CHUNK_BYTES}
   * @param bytes one or more whole chunks; position and limit stay
   */
  public boolean matches(int offset, ByteBuffer bytes) {
    if (offset % CHUNK_BYTES != 0 || bytes.remaining() % CHUNK_BYTES != 0) {
      throw new IllegalArgumentException(bytes.remaining() + " bytes from " + offset);
    }
    int first = offset / CHUNK_BYTES;
    int count = bytes.remaining() / CHUNK_BYTES;
    if (count == 0 || first + count > CHUNKS) {
      return false;
    }
    MessageDigest sha256 = Sha256.newDigest();
    byte[] actual = new byte[HASH_BYTES];
    for (int i = 0; i < count; i++) {
      hash(sha256, bytes, i * CHUNK_BYTES, actual, 0);
      int expected = (first + i) * HASH_BYTES;
      if (!Arrays.equals(actual, 0, HASH_BYTES, hashes, expected, expected + HASH_BYTES)) {
        return false;
      }
    }
    return true;
  }
}
