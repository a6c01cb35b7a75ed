package io.tributary.content.erasure;

import java.nio.ByteBuffer;

/**
 * A workbench of one thread: a short stretch of each column, held in the first-level cache, and the
 * arithmetic of one engine on it.
 *
 * <pre>{@code
 * row  0 .. 3    the four sources
 * row  4 .. 11   the results
 * }</pre>
 *
 * <p>Working on copies costs little and buys three things: buffers of every kind are alike, columns
 * that lie megabytes apart do not fight for the same cache sets, and bytes past the end of a
 * stretch may be computed and thrown away.
 */
interface Strip {
  /** The most bytes of a row: few enough that all rows leave the cache room for the columns. */
  int BYTES = 512;

  /** The first row of results. */
  int RESULTS = ErasureCode.DATA_COLUMNS;

  /** Returns a new strip of the same engine. */
  Strip fresh();

  /** Copies {@code length} bytes of a buffer into a row, from its index {@code at} on. */
  void read(int row, ByteBuffer from, int at, int length);

  /** Copies {@code length} bytes of a row into a buffer, from its index {@code at} on. */
  void write(int row, ByteBuffer to, int at, int length);

  /** Computes the eight parity columns, rows 4 to 11, of the four data columns. */
  void encode(int length);

  /**
   * Sets what {@link #combine} computes into row {@code RESULTS + slot}.
   *
   * @param weights three weights as {@link Interpolation#weights} packs them
   */
  void prepare(int slot, int weights);

  /** Computes the first {@code slots} results as they were prepared. */
  void combine(int slots, int length);
}
