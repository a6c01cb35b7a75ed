package io.tributary.cacher.store.chronicle;

import io.tributary.content.Layout;

/**
 * How a store's file is cut: equal chunks, of which a fragment takes some in a row.
 *
 * <pre>{@code
 * file   | header, hash lookup, free list | chunk | chunk | ... | chunk |
 * entry  | hash, 32 | size, 1-4 | padding | bytes | 0-7 | trailer, 32 | unused |
 *        ^ chunk                          ^ a multiple of the alignment
 * }</pre>
 *
 * <p>All chunks are in one segment without further tiers. Several segments would let writers pass
 * each other, but a hash spreads fragments unevenly over them, so that one is full while others
 * have room: the limit would be no wall, or the file would grow beyond it. One writer is enough
 * because only the entry is made under its lock, and bytes are written without it.
 *
 * @param maxLength the longest fragment, bytes
 * @param chunkBytes the size of a chunk, a multiple of the alignment
 * @param alignment what the address of the bytes is a multiple of, a power of two from 8 to 4096
 * @param chunks how many chunks the file has
 */
public record Geometry(int maxLength, int chunkBytes, int alignment, long chunks) {
  /** The longest fragment of a store for small objects. */
  public static final int SMALL_MAX_LENGTH = 64 << 10;

  /** The page size that {@code sendfile} and mappings are fastest with. */
  public static final int PAGE_BYTES = 4096;

  private static final int KEY_BYTES = 32;

  /** The stop-bit encoded size of a value below 256 MiB. */
  private static final int MAX_SIZE_BYTES = 4;

  /** Header, global state, segment header and padding of a file, at most. */
  private static final int FIXED_BYTES = 128 << 10;

  /** What hash lookup and free list take for a chunk, at most. */
  private static final int LOOKUP_BYTES = 40;

  /** Checks the sizes. */
  public Geometry {
    if (alignment < 8 || alignment > PAGE_BYTES || Integer.bitCount(alignment) != 1) {
      throw new IllegalArgumentException("alignment must be 8 to 4096, not " + alignment);
    }
    if (chunkBytes < alignment || chunkBytes % alignment != 0) {
      throw new IllegalArgumentException("chunkBytes must be a multiple of " + alignment);
    }
    if (maxLength < 1 || maxLength > Layout.SEGMENT_BYTES) {
      throw new IllegalArgumentException("maxLength must be 1 to 32 MiB, not " + maxLength);
    }
    if (chunks < 1 || chunks > 1 << 29) {
      throw new IllegalArgumentException("chunks must be 1 to 2^29, not " + chunks);
    }
  }

  /** Whole fragments, each in one chunk at a page's start, in a file of at most these bytes. */
  public static Geometry fragments(long fileBytes) {
    return paged(Layout.FRAGMENT_BYTES, fileBytes);
  }

  /** Like {@link #fragments} for fragments of another size, a multiple of the page size. */
  public static Geometry paged(int maxLength, long fileBytes) {
    int chunkBytes = maxLength + 2 * PAGE_BYTES;
    return new Geometry(maxLength, chunkBytes, PAGE_BYTES, chunksIn(fileBytes, chunkBytes));
  }

  /** Objects of at most {@link #SMALL_MAX_LENGTH} bytes; one of 4 KiB takes one chunk. */
  public static Geometry small(long fileBytes) {
    int chunkBytes = PAGE_BYTES + 256;
    return new Geometry(SMALL_MAX_LENGTH, chunkBytes, 64, chunksIn(fileBytes, chunkBytes));
  }

  private static long chunksIn(long fileBytes, int chunkBytes) {
    return Math.max(1, (fileBytes - FIXED_BYTES) / (chunkBytes + LOOKUP_BYTES));
  }

  /** Returns the size of the file, at most. */
  public long maxFileBytes() {
    return FIXED_BYTES + chunks * (chunkBytes + LOOKUP_BYTES);
  }

  /** Returns the room for all chunks, bytes. */
  public long capacityBytes() {
    return chunks * chunkBytes;
  }

  /** Returns what a fragment of some length takes, bytes. */
  public long footprint(int length) {
    return (long) chunksFor(length) * chunkBytes;
  }

  int chunksFor(int length) {
    long entry = KEY_BYTES + MAX_SIZE_BYTES + (alignment - 1) + valueBytes(length);
    return Math.toIntExact((entry + chunkBytes - 1) / chunkBytes);
  }

  /** Returns the size of an entry's value: the bytes, up to seven more, the trailer. */
  static long valueBytes(int length) {
    return Trailer.offset(length) + Trailer.BYTES;
  }
}
