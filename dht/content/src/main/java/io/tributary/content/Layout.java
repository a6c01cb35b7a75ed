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

  /** Returns the position in the stored bytes at which a segment starts. */
  public static long segmentOffset(int segment) {
    return (long) segment * SEGMENT_BYTES;
  }

  /**
   * Returns how many bytes of a segment belong to the file; the rest is zero padding.
   *
   * @param fileBytes the stored bytes of the file
   * @param segment the segment, from 0
   * @return 1 to {@link #SEGMENT_BYTES}
   * @throws IllegalArgumentException if no file has this size, or this file not this segment
   */
  public static int contentBytes(long fileBytes, int segment) {
    int segments = segmentCount(fileBytes);
    if (segment < 0 || segment >= segments) {
      throw new IllegalArgumentException(
          "the file has segments 0 to " + (segments - 1) + ", not " + segment);
    }
    return (int) Math.min(SEGMENT_BYTES, fileBytes - segmentOffset(segment));
  }

  /**
   * Returns how many bytes of a data column belong to the file; the rest is zero padding.
   *
   * @param fileBytes the stored bytes of the file
   * @param segment the segment, from 0
   * @param column a data column, 0 to 3
   * @return 0 to {@link #FRAGMENT_BYTES}
   * @throws IllegalArgumentException if no file has this size, or this file not this column
   */
  public static int contentBytes(long fileBytes, int segment, int column) {
    if (column < 0 || column >= DATA_COLUMNS) {
      throw new IllegalArgumentException(
          "the data columns are 0 to " + (DATA_COLUMNS - 1) + ", not " + column);
    }
    int inSegment = contentBytes(fileBytes, segment);
    return Math.min(FRAGMENT_BYTES, Math.max(0, inSegment - column * FRAGMENT_BYTES));
  }
}
