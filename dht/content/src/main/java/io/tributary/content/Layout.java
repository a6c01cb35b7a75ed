package io.tributary.content;

/**
 * The fixed sizes of CESS content.
 *
 * <pre>{@code
 * file      |-------- 32 MiB --------|-------- 32 MiB --------|--- rest ---|
 * segments  [       segment 0        |       segment 1        | segment 2 0000 ]
 * columns   [ 0 | 1 | 2 | 3 ] data, 8 MiB each, in segment order
 *           [ 4 | 5 | 6 | 7 | 8 | 9 | 10 | 11 ] parity
 * }</pre>
 *
 * <p>The code is systematic: columns 0 to 3 of a segment, one after the other, are the segment.
 */
public final class Layout {
  /** The bytes of a segment, padding included. */
  public static final int SEGMENT_BYTES = 32 << 20;

  /** The bytes of a fragment. */
  public static final int FRAGMENT_BYTES = 8 << 20;

  /** The columns that hold the segment itself. */
  public static final int DATA_COLUMNS = 4;

  /** The columns computed from the data columns. */
  public static final int PARITY_COLUMNS = 8;

  /** The fragments of a segment; any {@link #DATA_COLUMNS} of them restore it. */
  public static final int COLUMNS = DATA_COLUMNS + PARITY_COLUMNS;

  /** The most segments a file may have. */
  public static final int MAX_SEGMENTS = 1000;

  /** The most bytes a file may have. */
  public static final long MAX_FILE_BYTES = (long) MAX_SEGMENTS * SEGMENT_BYTES;

  private Layout() {}

  /**
   * Returns how many segments a file of this size has.
   *
   * @throws IllegalArgumentException if the file is empty or larger than {@link #MAX_FILE_BYTES}
   */
  public static int segmentCount(long fileBytes) {
    if (fileBytes < 1 || fileBytes > MAX_FILE_BYTES) {
      throw new IllegalArgumentException(
          "a file has 1 to " + MAX_FILE_BYTES + " bytes, this has " + fileBytes);
    }
    return (int) ((fileBytes + SEGMENT_BYTES - 1) / SEGMENT_BYTES);
  }
}
