package io.tributary.content;

import java.util.List;

/**
 * The fragments, and the bytes of each, that hold a range of a file.
 *
 * <pre>{@code
 * stored bytes   0        8       16       24       32       40       48 MiB
 *                |  0, 0  |  0, 1  |  0, 2  |  0, 3  |  1, 0  |  1, 1  |    segment, column
 * range                          [=====================)
 * slices                         [=|========|========|=)                    four slices
 * }</pre>
 *
 * <p>The code is systematic, so only data columns appear. A range of a whole file of 1000 segments
 * has 4000 slices; lists returned here compute their elements on demand and hold none of them.
 *
 * @param storedBytes how many bytes the file occupies in its segments, without the padding of the
 *     last; see {@link Manifest#storedBytes}
 * @param range which of these bytes are wanted
 */
public record RangePlan(long storedBytes, ByteRange range) {
  /**
   * Checks that the range lies in the file.
   *
   * @throws IllegalArgumentException if it does not, or if no file has this size
   */
  public RangePlan {
    Layout.segmentCount(storedBytes);
    if (range.end() > storedBytes) {
      throw new IllegalArgumentException(
          "the range ends at byte " + range.end() + ", the file has " + storedBytes);
    }
  }

  /** Returns the plan for all bytes of a file. */
  public static RangePlan whole(long storedBytes) {
    return new RangePlan(storedBytes, ByteRange.whole(storedBytes));
  }

  /** Returns the first segment that has a wanted byte. */
  public int firstSegment() {
    return (int) (range.offset() / Layout.SEGMENT_BYTES);
  }

  /** Returns the last segment that has a wanted byte. */
  public int lastSegment() {
    return (int) ((range.end() - 1) / Layout.SEGMENT_BYTES);
  }

  /** Returns all slices in the order of the file: contiguous, disjoint and none empty. */
  public List<ColumnSlice> slices() {
    return slices(range);
  }

  /**
   * Returns the slices of one segment, in the order of the columns.
   *
   * @throws IllegalArgumentException if the segment has no wanted byte
   */
  public List<ColumnSlice> slicesOf(int segment) {
    if (segment < firstSegment() || segment > lastSegment()) {
      throw new IllegalArgumentException(
          "the plan covers segments "
              + firstSegment()
              + " to "
              + lastSegment()
              + ", not "
              + segment);
    }
    long start = Layout.segmentOffset(segment);
    return slices(
        ByteRange.between(
            Math.max(range.offset(), start), Math.min(range.end(), start + Layout.SEGMENT_BYTES)));
  }

  private static List<ColumnSlice> slices(ByteRange range) {
    return new Cuts<>(
        range,
        Layout.FRAGMENT_BYTES,
        (piece, offset, length, position) ->
            new ColumnSlice(
                piece / Layout.DATA_COLUMNS,
                piece % Layout.DATA_COLUMNS,
                offset,
                length,
                position));
  }
}
